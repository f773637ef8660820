using BuildSharp.Containers.Adding;
using BuildSharp.Containers.Adding.Sources;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Containers;

/// <summary><c>--link</c>: what is added comes out as a layer of its own would, laid over what is there.</summary>
public sealed class IndependentAddingTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();
    private readonly string _context;
    private readonly string _container;

    public IndependentAddingTests()
    {
        _context = _temporary.MakeDirectory("context");
        _container = _temporary.MakeDirectory("container");
    }

    public void Dispose() => _temporary.Dispose();

    [RequiresFact(Needs.Root)]
    public async Task A_link_on_the_way_becomes_a_directory_and_what_it_led_to_stays_as_it_was()
    {
        await InContext("echo x > f; mkdir -p ../container/real/sub; ln -s real ../container/way");
        Add("f", "/way/sub/");
        Assert.Equal("directory directory regular file", string.Join(' ', await Kind("way"), await Kind("way/sub"), await Kind("way/sub/f")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_container, "real/sub")));
    }

    [RequiresFact(Needs.Root)]
    public async Task A_link_below_the_destination_is_not_followed_by_a_directory_either()
    {
        await InContext("mkdir -p d/sub; echo x > d/sub/f; mkdir -p ../container/d ../container/real; ln -s /real ../container/d/sub");
        Add("d", "/d");
        Assert.Equal("directory", await Kind("d/sub"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_container, "real")));
    }

    [RequiresFact(Needs.Root)]
    public async Task Directories_on_the_way_keep_their_mode_and_owner_and_get_a_time_of_the_sources()
    {
        await InContext("echo x > f; touch -d @1000 f; mkdir -p ../container/a/b; echo y > ../container/a/b/old; chmod 1777 ../container/a; chown 7:8 ../container/a/b");
        Add("f", "/a/b/c/", chown: "3:4");
        Assert.Equal(["0:0 1777 1000", "7:8 755 1000", "3:4 755 1000", "3:4 644 1000"], [await Times("a"), await Times("a/b"), await Times("a/b/c"), await Times("a/b/c/f")]);
        Assert.Equal("y\n", File.ReadAllText(Path.Combine(_container, "a/b/old")));
    }

    [RequiresFact(Needs.Root)]
    public async Task Directories_on_the_way_get_the_time_of_the_newest_source()
    {
        await InContext("mkdir d; echo x > f; echo y > g; echo z > d/h; touch -d @1000 f; touch -d @2000 g; touch -d @9000 d/h; touch -d @1500 d; tar -cf t.tar d; touch -d @700 t.tar");
        Run(new AddRequest { Sources = [new LocalSource(_context, "f"), new LocalSource(_context, "g")], Destination = "/two/", Independent = true });
        Add("d", "/one/d");
        Run(new AddRequest { Sources = [new LocalSource(_context, "t.tar")], Destination = "/tar/in", Independent = true, Extract = true });
        Run(new AddRequest { Sources = [new InlineSource("EOF", new byte[1])], Destination = "/text/", Independent = true });
        Run(new AddRequest { Sources = [new LocalSource(_context, "f")], Destination = "/fixed/", Independent = true, ModifiedAt = new Timestamp(5) });
        Assert.Equal(
            ["2000", "1500", "1500", "700", "700", "1500", "0", "0", "5"],
            [await Time("two"), await Time("one"), await Time("one/d"), await Time("tar"), await Time("tar/in"), await Time("tar/in/d"), await Time("text"), await Time("text/EOF"), await Time("fixed")]);
    }

    [RequiresFact(Needs.Root)]
    public async Task A_directory_that_is_copied_keeps_its_own_attributes()
    {
        await InContext("mkdir -p d/s; echo x > d/s/f; echo y > d/s/g; chmod 711 d/s; mkdir -p ../container/x/s");
        Add("d", "/x");
        Assert.Equal("0:0 711", await Stat("x/s"));
        await InContext("tar cf t.tar -C d s; rm -r ../container/x/*; mkdir -m 700 ../container/x/s");
        Run(new AddRequest { Sources = [new LocalSource(_context, "t.tar")], Destination = "/x", Independent = true, Extract = true });
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
    public async Task Owners_are_looked_up_in_the_container()
    {
        await InContext("echo x > f; mkdir ../container/etc; echo 'app:x:1000:2000::/:' > ../container/etc/passwd");
        Add("f", "/f", chown: "app");
        Assert.Equal("1000:2000 644", await Stat("f"));
        Assert.Throws<UnknownAccountException>(() => Add("f", "/f", chown: "other"));
    }

    private void Add(string source, string destination, string? chown = null) =>
        Run(new AddRequest { Sources = [new LocalSource(_context, source)], Destination = destination, Chown = chown, Independent = true });

    private void Run(AddRequest request)
    {
        using var root = DirectoryHandle.Open(_container);
        using var call = new AddCall(request, root, "/");
        call.Run();
    }

    private Task InContext(string script) => Tool.Named("sh").In(_context).RunAsync("-ec", script);

    private Task<string> Kind(string path) => Tool.Named("stat").In(_container).ReadAsync("-c", "%F", path);

    private Task<string> Times(string path) => Tool.Named("stat").In(_container).ReadAsync("-c", "%u:%g %a %Y", path);

    private Task<string> Time(string path) => Tool.Named("stat").In(_container).ReadAsync("-c", "%Y", path);

    private Task<string> Stat(string path) => Tool.Named("stat").In(_container).ReadAsync("-c", "%u:%g %a", path);
}
