using System.Text;
using BuildSharp.Build;
using BuildSharp.Containers.Adding;
using BuildSharp.Containers.Adding.Sources;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers.Compression;
using BuildSharp.Running;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Containers;

/// <summary>What copying leaves in the container's tree (Dockerfile reference, COPY). The container is a directory: no store is needed.</summary>
public sealed class AddingTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();
    private readonly string _context;
    private readonly string _container;

    public AddingTests()
    {
        _context = _temporary.MakeDirectory("context");
        _container = _temporary.MakeDirectory("container");
    }

    public void Dispose() => _temporary.Dispose();

    [RequiresFact(Needs.Root)]
    public async Task A_file_gets_the_name_of_a_destination_that_is_not_there()
    {
        await InContext("echo x > f");
        Add("f", "/a/b");
        Assert.Equal("x\n", Read("a/b"));
    }

    [RequiresFact(Needs.Root)]
    public async Task A_file_goes_into_a_directory_that_is_there_and_into_one_that_a_slash_asks_for()
    {
        await InContext("echo x > f; mkdir ../container/there");
        Add("f", "/there");
        Add("f", "/made/");
        Assert.Equal("x\n", Read("there/f"));
        Assert.Equal("x\n", Read("made/f"));
    }

    [RequiresFact(Needs.Root)]
    public async Task A_relative_destination_is_below_the_working_directory()
    {
        await InContext("echo x > f");
        Add("f", "sub/", workingDir: "/w");
        Add("f", ".", workingDir: "/w");
        Assert.Equal("x\n", Read("w/sub/f"));
        Assert.Equal("x\n", Read("w/f"));
    }

    [RequiresFact(Needs.Root)]
    public async Task A_directory_gives_its_content_and_not_its_name()
    {
        await InContext("mkdir -p d/sub; echo x > d/f; echo y > d/sub/g");
        Add("d", "/x");
        Assert.Equal("x\n", Read("x/f"));
        Assert.Equal("y\n", Read("x/sub/g"));
    }

    [RequiresFact(Needs.Root)]
    public async Task Each_directory_that_a_wildcard_matches_is_flattened()
    {
        await InContext("mkdir -p d/sub; echo x > d/f; echo y > d/sub/g");
        Add("d/*", "/x");
        Assert.Equal("x\n", Read("x/f"));
        Assert.Equal("y\n", Read("x/g"));
    }

    [RequiresFact(Needs.Root)]
    public async Task Several_sources_do_not_fit_over_a_file()
    {
        await InContext("echo x > f; echo y > g; echo z > ../container/file");
        var error = Assert.Throws<BuildSharpException>(() => Run(new AddRequest { Sources = [Source("f"), Source("g")], Destination = "/file" }));
        Assert.Equal("destination /file already exists but is not a directory", error.Message);
        Assert.Equal("z\n", Read("file"));
    }

    [RequiresFact(Needs.Root)]
    public async Task A_directory_on_the_way_never_replaces_a_file()
    {
        await InContext("echo x > f; echo z > ../container/file");
        Assert.Contains("not a directory", Assert.Throws<BuildSharpException>(() => Add("f", "/file/sub/")).Message, StringComparison.Ordinal);
        Assert.Equal("z\n", Read("file"));
    }

    [RequiresFact(Needs.Root)]
    public async Task A_link_on_the_way_to_the_destination_stays_inside_the_container()
    {
        await InContext("echo x > f; mkdir ../container/real; ln -s /real ../container/absolute; ln -s ../../../../real ../container/relative");
        Add("f", "/absolute/one");
        Add("f", "/relative/two/");
        Assert.Equal("x\n", Read("real/one"));
        Assert.Equal("x\n", Read("real/two/f"));
    }

    [RequiresFact(Needs.Root)]
    public async Task A_dangling_link_as_destination_is_made_where_it_points()
    {
        await InContext("echo x > f; ln -s /not/there ../container/link");
        Add("f", "/link/");
        Assert.Equal("x\n", Read("not/there/f"));
    }

    [RequiresFact(Needs.Root)]
    public async Task Links_in_a_circle_are_an_error()
    {
        await InContext("echo x > f; ln -s /b ../container/a; ln -s /a ../container/b");
        Assert.Contains("too many levels of symbolic links", Assert.Throws<LinuxException>(() => Add("f", "/a/")).Message, StringComparison.Ordinal);
    }

    [RequiresFact(Needs.Root)]
    public async Task A_copied_file_replaces_a_link_and_does_not_write_through_it()
    {
        await InContext("mkdir d; echo new > d/f; mkdir ../container/d; echo old > ../container/target; ln -s /target ../container/d/f");
        Add("d", "/d");
        Assert.Equal("new\n", Read("d/f"));
        Assert.Equal("old\n", Read("target"));
    }

    [RequiresFact(Needs.Root)]
    public async Task A_copied_directory_merges_through_a_link_to_a_directory()
    {
        await InContext("mkdir -p d/sub; echo x > d/sub/f; mkdir -p ../container/d ../container/real; ln -s /real ../container/d/sub");
        Add("d", "/d");
        Assert.Equal("x\n", Read("real/f"));
    }

    [RequiresFact(Needs.Root)]
    public async Task A_source_that_is_a_link_is_followed_and_one_inside_a_directory_is_kept()
    {
        await InContext("mkdir d; echo x > d/f; ln -s f d/l; ln -s d/f top");
        Add("top", "/top");
        Add("d", "/d");
        Assert.Null(new FileInfo(Path.Combine(_container, "top")).LinkTarget);
        Assert.Equal("f", new FileInfo(Path.Combine(_container, "d/l")).LinkTarget);
    }

    [RequiresFact(Needs.Root)]
    public async Task A_source_cannot_leave_its_root()
    {
        await InContext("echo secret > ../secret; ln -s /../../../etc/passwd l; ln -s ../secret s");
        Assert.Contains("possible escaping context directory error", Error("../secret"), StringComparison.Ordinal);
        Assert.Contains("no such file or directory", Error("l"), StringComparison.Ordinal);
        Assert.Contains("no such file or directory", Error("s"), StringComparison.Ordinal);
    }

    [RequiresFact(Needs.Root)]
    public async Task A_missing_source_is_named_as_buildah_names_it()
    {
        await InContext("true");
        Assert.Equal($"checking on sources under \"{_context}\": copier: stat: \"/no\": no such file or directory", Error("no"));
        Assert.Contains("globs [*.x] matched nothing", Error("*.x"), StringComparison.Ordinal);
        Assert.Equal(ContentKind.None, Run(new AddRequest { Sources = [Source("*.x")], Destination = "/", AllowEmptyWildcards = true }).Kind);
    }

    [RequiresFact(Needs.Root)]
    public async Task Owner_mode_and_time_follow_the_rules()
    {
        await InContext("mkdir -p d/s; echo x > d/f; chown 7:8 d/f d/s; chmod 4751 d/f; touch -d @1000000000.6 d/f; chmod 2770 d/s");
        Add("d", "/plain");
        Assert.Equal("0:0 4751 1000000001", await Stat("plain/f"));
        Run(new AddRequest { Sources = [Source("d")], Destination = "/strip", StripSetIds = true });
        Assert.StartsWith("0:0 751 ", await Stat("strip/f"), StringComparison.Ordinal);
        Assert.StartsWith("0:0 770 ", await Stat("strip/s"), StringComparison.Ordinal);
        Run(new AddRequest { Sources = [Source("d")], Destination = "/kept", PreserveOwnership = true });
        Assert.StartsWith("7:8 4751 ", await Stat("kept/f"), StringComparison.Ordinal);
        Run(new AddRequest { Sources = [Source("d")], Destination = "/own/er", Chown = "3:4", Chmod = "700", ModifiedAt = new Timestamp(5) });
        Assert.Equal("3:4 700 5", await Stat("own/er/f"));
        Assert.Equal("3:4 700 5", await Stat("own/er/s"));
        Assert.StartsWith("3:4 755 ", await Stat("own/er"), StringComparison.Ordinal);
    }

    [RequiresFact(Needs.Root)]
    public async Task Names_of_owners_come_from_the_container()
    {
        await InContext("echo x > f; mkdir ../container/etc; echo 'app:x:1000:2000::/:' > ../container/etc/passwd; echo 'wheel:x:10:app' > ../container/etc/group");
        Run(new AddRequest { Sources = [Source("f")], Destination = "/a", Chown = "app" });
        Run(new AddRequest { Sources = [Source("f")], Destination = "/b", Chown = "app:wheel" });
        Assert.StartsWith("1000:2000 ", await Stat("a"), StringComparison.Ordinal);
        Assert.StartsWith("1000:10 ", await Stat("b"), StringComparison.Ordinal);
        Run(new AddRequest { Sources = [Source("f")], Destination = "/r", Chown = "root:root" });
        Assert.StartsWith("0:0 ", await Stat("r"), StringComparison.Ordinal);
        var error = Assert.Throws<UnknownAccountException>(() => Run(new AddRequest { Sources = [Source("f")], Destination = "/c", Chown = "nosuch" }));
        Assert.StartsWith("looking up UID/GID for \"nosuch\": ", error.Message, StringComparison.Ordinal);
    }

    [RequiresFact(Needs.Root)]
    public async Task Hard_links_inside_one_tree_stay_links_and_holes_stay_holes()
    {
        await InContext("mkdir d; echo x > d/a; ln d/a d/b; truncate -s 10M d/hole; echo end >> d/hole");
        Add("d", "/d");
        Assert.Equal(await Ask("stat", "-c", "%i", "d/a"), await Ask("stat", "-c", "%i", "d/b"));
        Assert.True(int.Parse(await Ask("stat", "-c", "%b", "d/hole"), System.Globalization.CultureInfo.InvariantCulture) < 1000);
        await Tool.Named("cmp").RunAsync(Path.Combine(_context, "d/hole"), Path.Combine(_container, "d/hole"));
    }

    [RequiresFact(Needs.Root)]
    public async Task A_filter_leaves_things_out_and_an_exception_brings_them_back()
    {
        await InContext("mkdir -p out/deep; echo x > out/no; echo y > out/deep/yes; echo z > in");
        var filter = new Filter(path => path.StartsWith("out", StringComparison.Ordinal) && path != "out/deep/yes", directory => directory is "out" or "out/deep");
        Run(new AddRequest { Sources = [Source(".")], Destination = "/x", Filter = filter });
        Assert.Equal(["in", "out", "out/deep", "out/deep/yes"], Tree("x"));
        var error = Assert.Throws<BuildSharpException>(() => Run(new AddRequest { Sources = [Source("out/no")], Destination = "/y", Filter = filter, IgnoreFileName = ".dockerignore" }));
        Assert.Equal("no items matching glob \"out/no\" copied (1 filtered out using .dockerignore): no such file or directory", error.Message);
    }

    [RequiresFact(Needs.Root)]
    public async Task What_a_filter_leaves_out_does_not_come_in_through_a_link()
    {
        await InContext("mkdir d; echo x > d/key; echo y > d/open; ln -s d link; ln -s d/key file; ln -s d/open other");
        var filter = new Filter(path => path == "d/key", _ => false);
        Run(new AddRequest { Sources = [Source("link"), Source("other")], Destination = "/x/", Filter = filter });
        Assert.Equal(["open", "other"], Tree("x"));
        foreach (var source in new[] { "file", "link/key" })
        {
            var error = Assert.Throws<BuildSharpException>(() => Run(new AddRequest { Sources = [Source(source)], Destination = "/y", Filter = filter }));
            Assert.Equal($"no items matching glob \"{source}\" copied (1 filtered out): no such file or directory", error.Message);
        }
    }

    [RequiresFact(Needs.Root)]
    public async Task A_link_that_is_left_out_is_no_way_to_what_it_points_to()
    {
        await InContext("mkdir -p d/sub; echo x > d/f; echo y > d/sub/g; ln -s d link");
        var filter = new Filter(path => path == "link" || path.StartsWith("link/", StringComparison.Ordinal), _ => true);
        foreach (var source in new[] { "link", "lin*", "link/sub", "link/*" })
        {
            var error = Assert.Throws<BuildSharpException>(() => Run(new AddRequest { Sources = [Source(source)], Destination = "/x", Filter = filter }));
            Assert.StartsWith($"no items matching glob \"{source}\" copied (", error.Message, StringComparison.Ordinal);
        }
    }

    [RequiresFact(Needs.Root)]
    public async Task An_ignored_directory_is_a_source_only_where_an_exception_spells_it_out()
    {
        await InContext("mkdir wild spelled; echo x > wild/yes; echo y > spelled/yes");
        var filter = new Filter(path => !path.EndsWith("yes", StringComparison.Ordinal), _ => true);
        Run(new AddRequest { Sources = [Source(".")], Destination = "/all", Filter = filter });
        Assert.Equal(["spelled", "spelled/yes", "wild", "wild/yes"], Tree("all"));
        Run(new AddRequest { Sources = [Source("spelled")], Destination = "/x", Filter = filter });
        Assert.Equal(["yes"], Tree("x"));
        var error = Assert.Throws<BuildSharpException>(() => Run(new AddRequest { Sources = [Source("wild")], Destination = "/y", Filter = filter }));
        Assert.Equal("no items matching glob \"wild\" copied (1 filtered out): no such file or directory", error.Message);
    }

    [RequiresFact(Needs.Root)]
    public async Task Parents_are_made_below_the_pivot_with_the_attributes_of_the_source()
    {
        await InContext("mkdir -p a/b/d; echo x > a/b/f; echo y > a/b/d/g; chmod 711 a/b");
        Run(new AddRequest { Sources = [Source("a/b/f")], Destination = "/all/", Parents = true });
        Run(new AddRequest { Sources = [Source("a/./b/*")], Destination = "/some/", Parents = true });
        Assert.Equal("x\n", Read("all/a/b/f"));
        Assert.StartsWith("0:0 711 ", await Stat("all/a/b"), StringComparison.Ordinal);
        Assert.Equal(["b", "b/d", "b/d/g", "b/f"], Tree("some"));
    }

    [RequiresTheory(Needs.Root)]
    [InlineData("src/./**/*.c", "a,a/b,a/b/deep.c,a/same.c,c,c/same.c,top.c")]
    [InlineData("src/./**/b", "a,a/b,a/b/deep.c")]
    [InlineData("src/a/./b/./deep.c", "b,b/deep.c")]
    [InlineData("src/c/./", "no.h,same.c")]
    [InlineData("src/c/.", "src,src/c,src/c/no.h,src/c/same.c")]
    [InlineData("./src/a/b/deep.c", "src,src/a,src/a/b,src/a/b/deep.c")]
    [InlineData("src/*/./same.c", "src,src/a,src/a/same.c,src/c,src/c/same.c")]
    [InlineData("src/**/./same.c", "src,src/a,src/a/same.c,src/c,src/c/same.c")]
    public async Task A_pivot_keeps_all_that_follows_it_and_has_no_meaning_behind_a_wildcard(string source, string made)
    {
        await InContext("mkdir -p src/a/b src/c; touch src/top.c src/a/same.c src/a/b/deep.c src/c/same.c src/c/no.h");
        Run(new AddRequest { Sources = [Source(source)], Destination = "/x/", Parents = true });
        Assert.Equal(made.Split(','), Tree("x"));
    }

    [RequiresTheory(Needs.Root)]
    [InlineData("app", ".env,node_modules", "src,src/a,src/b.tmp,sub,sub/.env")]
    [InlineData("app", "app/.env,app/src/*.tmp,app/node_modules", "src,src/a,sub,sub/.env")]
    [InlineData("app", ".env,app/src,app/node_modules", "sub,sub/.env")]
    [InlineData("app", "**/.env,**/m", "node_modules,src,src/a,src/b.tmp,sub")]
    [InlineData("app", "*,!src", "src,src/a,src/b.tmp")]
    [InlineData("app", "**,!app/src/a", "src,src/a")]
    [InlineData("app", "src,!src/a,node_modules,.env,sub", "src,src/a")]
    [InlineData("app/src/*", "*.tmp", "a")]
    [InlineData("app/./src", "src/a", "src,src/b.tmp")]
    [InlineData("app/./src", "app/src/a", "src,src/b.tmp")]
    [InlineData(".", "app/.env,app/src,app/sub,m", "app,app/node_modules,app/node_modules/m")]
    public async Task An_exclusion_counts_from_the_root_and_from_what_is_copied(string source, string patterns, string made)
    {
        await InContext("mkdir -p app/node_modules app/src app/sub; touch app/.env app/node_modules/m app/src/a app/src/b.tmp app/sub/.env");
        Run(new AddRequest
        {
            Sources = [Source(source)],
            Destination = "/x/",
            Parents = source.Contains("/./", StringComparison.Ordinal),
            Excluded = Exclusions.OfFlags(patterns.Split(',')),
        });
        Assert.Equal(made.Split(','), Tree("x"));
    }

    [RequiresFact(Needs.Root)]
    public async Task An_exclusion_and_an_ignore_file_are_separate_rules()
    {
        await InContext("mkdir d; touch d/a d/b d/c");
        Run(new AddRequest
        {
            Sources = [Source("d")],
            Destination = "/x",
            Filter = new Filter(path => path == "d/a", _ => false),
            Excluded = Exclusions.OfFlags(["b", "!a"]),
        });
        Assert.Equal(["c"], Tree("x"));
    }

    [RequiresFact(Needs.Root, "xz", "bzip2", "zstd")]
    public async Task A_compressed_archive_is_unpacked_or_refused_and_never_copied()
    {
        await InContext("echo x > f; tar -c f >t; xz -k t; bzip2 -k t; zstd -q t; xz -c --lzma2=dict=1GiB t >large; zstd -q -c --long=30 <t >wide; rm f");
        foreach (var name in new[] { "t.xz", "t.bz2", "t.zst" })
        {
            Run(new AddRequest { Sources = [Source(name)], Destination = $"/{name}", Extract = true });
            Assert.Equal("x\n", Read($"{name}/f"));
        }

        foreach (var name in new[] { "large", "wide" })
        {
            Assert.Throws<UnsupportedCompressionException>(() => Run(new AddRequest { Sources = [Source(name)], Destination = "/no/", Extract = true }));
        }

        Assert.False(Path.Exists(Path.Combine(_container, "no")));
    }

    [RequiresFact(Needs.Root)]
    public async Task An_archive_is_unpacked_as_it_is_and_cannot_leave_the_destination()
    {
        await InContext("mkdir d; echo x > d/f; ln d/f d/h; chown 7:8 d/f; chmod 4711 d/f; touch -d @1000 d/f d; echo bad > bad; tar -cPf t.tar ./d --transform 's,^bad,../../../bad,' bad");
        Run(new AddRequest { Sources = [Source("t.tar")], Destination = "/x/y", Extract = true, Chown = "1:1" });
        Assert.Equal(["bad", "d", "d/f", "d/h"], Tree("x/y"));
        Assert.Equal("7:8 4711 1000", await Stat("x/y/d/f"));
        Assert.EndsWith(" 1000", await Stat("x/y/d"), StringComparison.Ordinal);
        Assert.Equal(await Ask("stat", "-c", "%i", "x/y/d/f"), await Ask("stat", "-c", "%i", "x/y/d/h"));
        Assert.Equal(["x"], Tree("").Where(path => !path.Contains('/', StringComparison.Ordinal)));
    }

    [RequiresFact(Needs.Root)]
    public async Task The_top_of_an_archive_lends_its_attributes_to_the_destination_but_not_to_the_root()
    {
        await InContext("mkdir top; echo x > top/f; chown 7:8 top; chmod 700 top; touch -d @1000 top; tar -C top -cf t.tar .");
        var root = await Stat(".");
        Run(new AddRequest { Sources = [Source("t.tar")], Destination = "/x", Extract = true });
        Run(new AddRequest { Sources = [Source("t.tar")], Destination = "/", Extract = true });
        Assert.Equal("7:8 700 1000", await Stat("x"));
        Assert.Equal(root[..root.LastIndexOf(' ')], (await Stat("."))[..root.LastIndexOf(' ')]);
        Assert.Equal("x\n", Read("f"));
    }

    [RequiresFact(Needs.Root)]
    public void A_heredoc_is_a_file_of_its_name()
    {
        var result = Run(new AddRequest { Sources = [new InlineSource("EOF", Encoding.UTF8.GetBytes("text\n"))], Destination = "/x/", Chmod = "755" });
        Assert.Equal("text\n", Read("x/EOF"));
        Assert.Equal(ContentKind.File, result.Kind);
    }

    [RequiresFact(Needs.Root)]
    public async Task A_dry_run_gives_the_digest_and_writes_nothing()
    {
        await InContext("mkdir d; echo x > d/f");
        var dry = Run(new AddRequest { Sources = [Source("d")], Destination = "/x", DryRun = true });
        Assert.Empty(Tree(""));
        Assert.Equal(Run(new AddRequest { Sources = [Source("d")], Destination = "/x" }), dry);
    }

    private LocalSource Source(string pattern) => new(_context, pattern);

    private void Add(string source, string destination, string workingDir = "/") =>
        Run(new AddRequest { Sources = [Source(source)], Destination = destination }, workingDir);

    private AddResult Run(AddRequest request, string workingDir = "/")
    {
        using var root = DirectoryHandle.Open(_container);
        using var call = new AddCall(request, root, workingDir);
        return call.Run();
    }

    private string Error(string source) => Assert.Throws<BuildSharpException>(() => Add(source, "/x")).Message;

    private Task InContext(string script) => Tool.Named("sh").In(_context).RunAsync("-ec", script);

    private string Read(string path) => File.ReadAllText(Path.Combine(_container, path));

    private Task<string> Stat(string path) => Ask("stat", "-c", "%u:%g %a %Y", path);

    private Task<string> Ask(params string[] command) => Tool.Named(command[0]).In(_container).ReadAsync(command[1..]);

    private List<string> Tree(string path) => [.. Directory.EnumerateFileSystemEntries(Path.Combine(_container, path), "*", SearchOption.AllDirectories)
        .Select(entry => Path.GetRelativePath(Path.Combine(_container, path), entry)).Order(StringComparer.Ordinal)];

    private sealed class Filter(Func<string, bool> ignored, Func<string, bool> contains) : IPathFilter
    {
        public bool IsIgnored(string path) => ignored(path);

        public bool MayContainIncluded(string directory) => contains(directory);

        public bool NamesIncluded(string directory) => directory != "wild" && contains(directory);
    }
}
