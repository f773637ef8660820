using BuildSharp.Containers.Adding;
using BuildSharp.Containers.Adding.Sources;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Containers;

/// <summary>What is in the container's tree when adding ends in the middle.</summary>
public sealed class HalfDoneAddingTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();
    private readonly string _context;
    private readonly string _container;

    public HalfDoneAddingTests()
    {
        _context = _temporary.MakeDirectory("context");
        _container = _temporary.MakeDirectory("container");
    }

    public void Dispose() => _temporary.Dispose();

    [RequiresFact(Needs.Root, "tar")]
    public async Task The_file_that_a_damaged_archive_breaks_off_in_is_not_there()
    {
        await InContext("echo first > a; head -c 100000 /dev/zero > b; tar cf archive a b; truncate -s 50000 archive");
        Assert.Throws<BuildSharpException>(() => Run("archive", default));
        Assert.Equal(["x", "x/a"], Tree());
    }

    [RequiresFact(Needs.Root, "tar")]
    public async Task A_file_that_was_to_be_replaced_is_there_until_the_new_one_is_whole()
    {
        await InContext("echo first > a; head -c 100000 /dev/zero > b; tar cf archive a b; cp archive whole; truncate -s 50000 archive; mkdir -p ../container/x/a; touch ../container/x/a/old; echo old > ../container/x/b");
        Assert.Throws<BuildSharpException>(() => Run("archive", default));
        Assert.Equal(["x", "x/a", "x/b"], Tree());
        Assert.Equal("old\n", File.ReadAllText(Path.Combine(_container, "x/b")));
        Run("whole", default);
        Assert.Equal(["x", "x/a", "x/b"], Tree());
        Assert.Equal(100000, new FileInfo(Path.Combine(_container, "x/b")).Length);
    }

    [RequiresFact(Needs.Root)]
    public async Task A_cancelled_copy_leaves_what_was_there()
    {
        await InContext("echo new > f; mkdir ../container/x; echo old > ../container/x/f");
        Assert.ThrowsAny<OperationCanceledException>(() => Run("f", new CancellationToken(canceled: true)));
        Assert.Equal("old\n", File.ReadAllText(Path.Combine(_container, "x/f")));
    }

    [Fact]
    public void Copying_content_stops_when_it_is_told_to()
    {
        string from = _temporary.Write("context/f", "content"), to = Path.Combine(_container, "f");
        using var source = File.OpenHandle(from);
        using var target = File.OpenHandle(to, FileMode.Create, FileAccess.Write);
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => FileCopy.Range(source, target, 0, length: 7, stop.Token));
        Assert.Equal(0, new FileInfo(to).Length);
    }

    private void Run(string source, CancellationToken cancellation)
    {
        using var root = DirectoryHandle.Open(_container);
        using var call = new AddCall(
            new AddRequest { Sources = [new LocalSource(_context, source)], Destination = "/x/", Extract = true }, root, "/", cancellation);
        call.Run();
    }

    private Task InContext(string script) => Tool.Named("sh").In(_context).RunAsync("-ec", script);

    private List<string> Tree() => [.. Directory.EnumerateFileSystemEntries(_container, "*", SearchOption.AllDirectories)
        .Select(entry => Path.GetRelativePath(_container, entry)).Order(StringComparer.Ordinal)];
}
