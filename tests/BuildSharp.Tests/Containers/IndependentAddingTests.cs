using BuildSharp.Containers.Adding;
using BuildSharp.Linux;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Containers;

/// <summary><c>--link</c>: what is added comes out as it would on an empty container, laid over what is there (dockerfile.md §5, §8.3).</summary>
public sealed class IndependentAddingTests : IDisposable
{
    private readonly TemporaryDirectory temporary = new();
    private readonly string context;
    private readonly string container;

    public IndependentAddingTests()
    {
        context = temporary.MakeDirectory("context");
        container = temporary.MakeDirectory("container");
    }

    public void Dispose() => temporary.Dispose();

    [RequiresFact(Needs.Root)]
    public async Task A_link_on_the_way_becomes_a_directory_and_what_it_led_to_stays_as_it_was()
    {
        await InContext("echo x > f; mkdir -p ../container/real/sub; ln -s real ../container/way");
        Add("f", "/way/sub/");
        Assert.Equal("directory directory regular file", string.Join(' ', await Kind("way"), await Kind("way/sub"), await Kind("way/sub/f")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(container, "real/sub")));
    }

    [RequiresFact(Needs.Root)]
    public async Task A_link_below_the_destination_is_not_followed_by_a_directory_either()
    {
        await InContext("mkdir -p d/sub; echo x > d/sub/f; mkdir -p ../container/d ../container/real; ln -s /real ../container/d/sub");
        Add("d", "/d");
        Assert.Equal("directory", await Kind("d/sub"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(container, "real")));
    }

    [RequiresFact(Needs.Root)]
    public async Task Directories_on_the_way_are_made_anew_and_keep_what_is_in_them()
    {
        await InContext("echo x > f; mkdir -p ../container/a/b; echo y > ../container/a/b/old; chmod 1777 ../container/a; chown 7:8 ../container/a/b");
        Add("f", "/a/b/", chown: "3:4");
        Assert.Equal(["3:4 755", "3:4 755", "3:4 644"], [await Stat("a"), await Stat("a/b"), await Stat("a/b/f")]);
        Assert.Equal("y\n", File.ReadAllText(Path.Combine(container, "a/b/old")));
    }

    [RequiresFact(Needs.Root)]
    public async Task A_directory_that_is_copied_keeps_its_own_attributes()
    {
        await InContext("mkdir -p d/s; echo x > d/s/f; echo y > d/s/g; chmod 711 d/s; mkdir -p ../container/x/s");
        Add("d", "/x");
        Assert.Equal("0:0 711", await Stat("x/s"));
        await InContext("tar cf t.tar -C d s; rm -r ../container/x/*; mkdir -m 700 ../container/x/s");
        Run(new AddRequest { Sources = [new LocalSource(context, "t.tar")], Destination = "/x", Independent = true, Extract = true });
        Assert.Equal("0:0 711", await Stat("x/s"));
    }

    [RequiresFact(Needs.Root)]
    public async Task What_is_there_does_not_make_the_destination_a_directory()
    {
        await InContext("echo x > f; mkdir -p ../container/there/sub");
        Add("f", "/there");
        Assert.Equal("regular file", await Kind("there"));
    }

    [RequiresFact(Needs.Root)]
    public async Task Nobody_is_looked_up()
    {
        await InContext("echo x > f; mkdir ../container/etc; echo 'app:x:1000:2000::/:' > ../container/etc/passwd");
        var error = Assert.Throws<UnknownAccountException>(() => Add("f", "/f", chown: "app"));
        Assert.Equal("looking up UID/GID for \"app\": with --link the base's users are not looked at: give user app as a number", error.Message);
    }

    private void Add(string source, string destination, string? chown = null) =>
        Run(new AddRequest { Sources = [new LocalSource(context, source)], Destination = destination, Chown = chown, Independent = true });

    private void Run(AddRequest request)
    {
        using var root = DirectoryHandle.Open(container);
        using var call = new AddCall(request, root, "/");
        call.Run();
    }

    private Task InContext(string script) => Tool.Named("sh").In(context).RunAsync("-ec", script);

    private Task<string> Kind(string path) => Tool.Named("stat").In(container).ReadAsync("-c", "%F", path);

    private Task<string> Stat(string path) => Tool.Named("stat").In(container).ReadAsync("-c", "%u:%g %a", path);
}
