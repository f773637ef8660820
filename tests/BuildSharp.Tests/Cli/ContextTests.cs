using BuildSharp.Testing;

namespace BuildSharp.Tests.Cli;

/// <summary>Where a build may take its files from (buildah-build(1)), through the verb, on a store of the test's own.</summary>
public sealed class ContextTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();
    private readonly TemporaryWebServer _server = new();
    private readonly CommandLine _line = new();

    public ContextTests()
    {
        _line.Directory = _temporary.MakeDirectory("work");
        _line.Environment["TMPDIR"] = _temporary.MakeDirectory("tmp");
        _line.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH")!;
        _line.Environment["HOME"] = _temporary.Path;
        _line.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
    }

    public void Dispose()
    {
        _server.Dispose();
        _temporary.Dispose();
    }

    [RequiresTheory(Needs.Root, "tar", "gzip", "bzip2", "xz", "zstd")]
    [InlineData("cat")]
    [InlineData("gzip")]
    [InlineData("bzip2")]
    [InlineData("xz")]
    [InlineData("zstd")]
    public async Task An_archive_is_a_context_wherever_it_comes_from(string compressor)
    {
        await Script($"mkdir c; echo x > c/f; echo y > c/left-out; echo left-out > c/.dockerignore; printf 'FROM scratch\\nCOPY . /\\n' > c/Containerfile; tar -C c -c . | {compressor} > archive");
        _server.Serve("/a/b", File.ReadAllBytes(this["archive"]));
        _line.InputBytes = File.ReadAllBytes(this["archive"]);
        foreach (var context in new[] { "-", "archive", $"{_server.Address}/a/b" })
        {
            Assert.Equal([".dockerignore", "Containerfile", "f"], Built(context));
        }
    }

    [RequiresFact(Needs.Root)]
    public void A_Dockerfile_alone_has_a_context_with_nothing_else()
    {
        const string dockerfile = "FROM scratch\nCOPY . /\n";
        _line.Input = dockerfile;
        _server.Serve("/D", dockerfile);
        Write("here", "must not be seen");
        Assert.Equal(["Dockerfile"], Built("-"));
        Assert.Equal(["Dockerfile"], Built($"{_server.Address}/D"));
        Assert.Equal(["here"], Built("-f", "-", "."));
        Assert.Contains("standard input cannot be both the context and a Containerfile", Failed("-f", "-", "-"));
        Assert.Contains("invalid response status 404", Failed($"{_server.Address}/none"));
    }

    [RequiresFact(Needs.Root, "tar")]
    public async Task What_is_no_file_is_told_as_what_it_is()
    {
        await Script("echo > f; mkdir -p d one/Containerfile two three; echo FROM scratch > one/Dockerfile; mkfifo two/Dockerfile; ln -s Dockerfile three/Dockerfile; tar -C one -cf one.tar Containerfile");
        Assert.Contains($"stat {this["f/x"]}: not a directory", Failed("-f", "f/x", "."));
        Assert.Contains($"stat {this["none"]}: no such file or directory", Failed("-f", "none", "."));
        Assert.Contains("containerfile: \"d\" cannot be path to a directory", Failed("-f", "d", "."));
        Assert.Contains($"assumed Containerfile \"{this["one/Containerfile"]}\" is not a file", Failed("one"));
        Assert.Contains($"assumed Containerfile \"{this["two/Dockerfile"]}\" is not a file", Failed("two"));
        Assert.Contains($"stat {this["three/Dockerfile"]}: too many levels of symbolic links", Failed("three"));
        Assert.Contains("assumed Containerfile \"Containerfile\" is not a file", Failed("one.tar"));
        Assert.Contains("context directory f/x: not a directory", Failed("f/x"));
        Assert.Contains("open f/x: not a directory", Failed("--ignorefile", "f/x", "-f", "f", "."));
        Assert.Contains($"open {this["f/x"]}: not a directory", Failed("--build-arg-file", "f/x", "-f", "f", "."));
        Assert.Contains("--build-context a=f/x: not a directory", Failed("--build-context", "a=f/x", "-f", "f", "."));
        Assert.Contains("--iidfile: open f/x/y: not a directory", Failed("--iidfile", "f/x/y", "-f", "f", "."));
        Assert.Contains($"opening log file: open {this["f/x"]}: not a directory", Failed("--logfile", "f/x", "-f", "f", "."));
    }

    [RequiresFact(Needs.Root)]
    public void A_Dockerfile_may_lie_on_the_web()
    {
        Write("f", "x");
        _server.Serve("/D", "FROM scratch\nCOPY f /\n");
        Assert.Equal(["f"], Built("-f", $"{_server.Address}/D", "."));
        _server.Serve("/D", "FROM scratch\nCOPY g /\n");
        Assert.Contains($"Error: {_server.Address}/D:2:6: building at STEP \"COPY g /\"", Failed("-f", $"{_server.Address}/D", "."));
    }

    [RequiresFact(Needs.Root, "git")]
    public async Task A_repository_is_a_context_with_its_git_directory()
    {
        await MakeRepositoryAsync();
        var repository = $"file://{this["repo"]}";
        Assert.Equal(["Dockerfile", "g"], Built($"{repository}#v1:sub"));
        Assert.Contains(".git/HEAD", Built(repository));
        Assert.Contains("there is no directory \"none\"", Failed($"{repository}#v1:none"));
    }

    [RequiresFact(Needs.Root, "tar")]
    public async Task What_an_archive_calls_its_Dockerfile_cannot_be_another_file_of_this_machine()
    {
        Write("secret", "FROM scratch\nENV secret=1\n");
        await Script($"mkdir c; ln -s {this["secret"]} c/Dockerfile; ln -s ../../../../../../..{this["secret"]} c/Containerfile; tar -C c -cf archive .");
        Assert.Contains("cannot find Containerfile or Dockerfile in context directory", Failed("archive"));
        await Script("rm c/*; echo 'FROM scratch' > c/real; echo 'COPY . /' >> c/real; ln -s /real c/Dockerfile; tar -C c -cf archive .");
        Assert.Equal(["Dockerfile", "real"], Built("archive"));
        await Script("rm c/Dockerfile; mkfifo c/Dockerfile; mkfifo c/.dockerignore; tar -C c -cf archive .");
        Assert.Contains("assumed Containerfile \"Dockerfile\" is not a file", Failed("archive"));
    }

    [RequiresFact(Needs.Root, "cpp")]
    public void A_Dockerfile_for_the_preprocessor_is_preprocessed()
    {
        Write("f", "x");
        Write("c/inc", "FROM scratch\n#define TO renamed\n");
        Write("c/f", "x");
        Write("c/D.in", "#include \"inc\"\nCOPY f /TO\n#ifdef TWICE\nCOPY f /WORD\n#endif\n");
        Assert.Equal(["renamed"], Built("-f", "D.in", "c"));
        _line.Environment["BUILDAH_CPPFLAGS"] = "-DTWICE '-DWORD=a'";
        Assert.Equal(["a", "renamed"], Built("-f", "D.in", "c"));
        Assert.Equal(["b", "renamed"], Built("-f", "D.in", "--cpp-flag", "-UWORD", "--cpp-flag", "-DWORD=b", "c"));

        Write("c/W.in", "FROM scratch\n#warning careful\n");
        var (status, _, error) = Run("-f", "W.in", "c");
        Assert.Equal(0, status);
        Assert.Contains("Ignoring <stdin>:2:2: warning: #warning careful", error, StringComparison.Ordinal);
        Write("c/C.in", "FROM scratch\n# A comment\n");
        Assert.Equal(0, Run("-f", "C.in", "c").Status);
        Write("c/E.in", "#include \"none\"\n");
        Assert.Contains("preprocessing c/E.in: the preprocessor gave up: <stdin>:2:2: fatal error: none: No such file", Failed("-f", "c/E.in", "c"));
    }

    [RequiresFact(Needs.Root)]
    public void The_ignore_file_that_stands_nearest_to_the_command_line_counts_alone()
    {
        foreach (var name in new[] { "a", "b", "c", "d", "e" })
        {
            Write($"c/{name}", "x");
        }

        Write("c/D", "FROM scratch\nCOPY [a-e] /\n");
        Write("c/.dockerignore", "a");
        Assert.Equal(["b", "c", "d", "e"], Built("-f", "D", "c"));
        Write("c/.containerignore", "b");
        Assert.Equal(["a", "c", "d", "e"], Built("-f", "D", "c"));
        Write("c/D.containerignore", "c");
        Assert.Equal(["a", "b", "d", "e"], Built("-f", "D", "c"));
        Write("c/D.dockerignore", "d");
        Assert.Equal(["a", "b", "c", "e"], Built("-f", "D", "c"));
        Write("given", "e");
        Assert.Equal(["a", "b", "c", "d"], Built("-f", "D", "--ignorefile", "given", "c"));
        Write("first", "FROM scratch\n");
        Assert.Equal(["a", "b", "c", "e"], Built("-f", "first", "-f", "c/D", "c"));
        Assert.Contains("open none: no such file or directory", Failed("--ignorefile", "none", "-f", "D", "c"));
        Assert.Contains("--ignorefile c: is a directory; give the file in it", Failed("--ignorefile", "c", "-f", "D", "c"));
    }

    [RequiresFact(Needs.Root, "git", "tar")]
    public async Task A_named_context_is_a_directory_an_archive_a_repository_or_an_image()
    {
        await MakeRepositoryAsync();
        await Script("mkdir d c; echo x > d/f; echo y > d/no; echo no > d/.dockerignore; chown 7:8 d/f; chmod 4755 d/f; tar -C d -czf d.tgz .");
        _server.Serve("/d.tgz", File.ReadAllBytes(this["d.tgz"]));
        Write("c/Dockerfile", "FROM scratch\nCOPY --from=other . /\n");
        foreach (var place in new[] { "d", "d.tgz", $"{_server.Address}/d.tgz" })
        {
            Assert.Equal([".dockerignore", "f"], Built("-t", "made", "--build-context", $"other={place}", "c"));
            Assert.Equal("7:8 4755", Stat("f"));
        }

        Assert.Equal(["Dockerfile", "g"], Built("--build-context", $"other=file://{this["repo"]}#:sub", "c"));
        Assert.Equal([".dockerignore", "f"], Built("--build-context", "other=docker-image://made", "c"));
        Assert.Equal([".dockerignore", "f"], Built("--build-context", "other=containers-storage:made", "c"));
        Assert.Equal(0, Verb("push", "-q", "made", $"oci:{this["layout"]}:v1").Status);
        Assert.Equal([".dockerignore", "f"], Built("--build-context", "other=oci-layout://layout:v1", "c"));
    }

    [RequiresFact(Needs.Root)]
    public async Task An_image_of_a_layout_is_named_by_its_tag_its_digest_both_or_not_at_all()
    {
        await Script("mkdir a b c");
        Write("c/Dockerfile", "FROM scratch\nCOPY --from=other . /\n");
        var one = Pushed("a", "v1");
        Assert.Equal(["a"], Contents("oci-layout://layout"));
        var two = Pushed("b", "latest");
        Assert.Equal(["b"], Contents("oci-layout://layout"));
        Assert.Equal(["a"], Contents("oci-layout:layout:v1"));
        Assert.Equal(["a"], Contents($"oci-layout://layout@{one}"));
        Assert.Equal(["b"], Contents($"oci-layout://{this["layout"]}:v1@{two}"));

        // The tag goes to another image; by its digest the older one is still there, named or not.
        Pushed("b", "v1");
        Assert.Equal(["a"], Contents($"oci-layout://layout@{one}"));
        await Script("""printf '{"schemaVersion":2,"manifests":[]}' > layout/index.json""");
        Assert.Equal(["a"], Contents($"oci-layout://layout@{one}"));

        IReadOnlyList<string> Contents(string place) => Built("--build-context", $"other={place}", "c");

        string Pushed(string file, string tag)
        {
            Write($"{file}/Dockerfile", $"FROM scratch\nCOPY {file} /\n");
            Write($"{file}/{file}", file);
            Built("-t", file, file);
            Assert.Equal(0, Verb("push", "-q", "--digestfile", this["digest"], file, $"oci:{this["layout"]}:{tag}").Status);
            return File.ReadAllText(this["digest"]);
        }
    }

    [RequiresFact(Needs.Root)]
    public void What_names_no_image_of_a_layout_is_told()
    {
        Write("c/Dockerfile", "FROM scratch\nCOPY --from=x . /\n");
        Write("layout/index.json", """{"schemaVersion":2,"manifests":[]}""");
        Assert.Contains($"--build-context x=oci-layout://none:v1: {this["none"]} is not an OCI layout: there is no index.json", Failed("--build-context", "x=oci-layout://none:v1", "c"));
        Assert.Contains("\"sha256:12\" is no digest", Failed("--build-context", "x=oci-layout://layout@sha256:12", "c"));
        Assert.Contains("there is no tag after the colon", Failed("--build-context", "x=oci-layout://layout:", "c"));
        Assert.Contains("has no image named \"v1\"; it has none", Failed("--build-context", "x=oci-layout://layout:v1", "c"));
        var digest = "sha256:" + new string('0', 64);
        Assert.Contains($"has no image {digest}: there is no blobs/sha256/000", Failed("--build-context", $"x=oci-layout://layout@{digest}", "c"));
    }

    [RequiresTheory(Needs.Root)]
    [InlineData("--layers")]
    [InlineData("--layers=false")]
    public async Task A_named_context_can_be_a_base_and_goes_before_a_stage(string layers)
    {
        await Script("mkdir d c; echo x > d/f; chown 7:8 d/f");
        Write("c/Dockerfile", "FROM scratch AS d\nCOPY Dockerfile /stage\nFROM d\nENV A=b\nCOPY --from=d f /g\n");
        Assert.Equal(["f", "g"], Built("-t", "made", layers, "--build-context", "d=d", "c"));
        Assert.Equal("0:0 644", Stat("f"));
    }

    [RequiresFact(Needs.Root)]
    public void A_named_context_has_a_name_and_a_place_that_is_there()
    {
        Write("c/Dockerfile", "FROM scratch\nCOPY --from=x . /\n");
        Write("c/text", "no archive");
        foreach (var malformed in new[] { "x", "x=", "=d" })
        {
            Assert.Contains($"while parsing additional build context: [\"{malformed}\"], accepts value in the form of key=value", Failed("--build-context", malformed, "c"));
        }

        Assert.Contains("--build-context x=none: no such file or directory; an image is written docker-image://none", Failed("--build-context", "x=none", "c"));
        Assert.Contains("text is neither a directory nor a tar", Failed("--build-context", "x=c/text", "c"));
        _server.Serve("/text", "no archive");
        Assert.Contains("/text is not a tar", Failed("--build-context", $"x={_server.Address}/text", "c"));
    }

    [RequiresFact(Needs.Root)]
    public void A_named_context_that_nothing_uses_is_not_fetched()
    {
        Write("c/Dockerfile", "FROM scratch\nCOPY Dockerfile /\n");
        Built("--build-context", $"x={_server.Address}/x", "c");
        Assert.Empty(_server.Requests);
    }

    private string this[string path] => Path.Combine(_line.Directory, path);

    private void Write(string path, string text) => _temporary.Write(Path.Combine("work", path), text);

    private Task Script(string script) => _line.Environment
        .Aggregate(Tool.Named("sh").In(_line.Directory), (tool, pair) => tool.WithEnvironment(pair.Key, pair.Value)).RunAsync("-ec", script);

    private Task MakeRepositoryAsync() => Script("""
        git config --global user.email t@example.org; git config --global user.name t
        git init -q repo; cd repo; mkdir sub; echo deep > sub/g; printf 'FROM scratch\nCOPY . /\n' > sub/Dockerfile; cp sub/Dockerfile .; git add .; git commit -qm one; git tag v1
        """);

    private (int Status, string Out, string Error) Verb(params string[] words) =>
        _line.Run(["--root", _temporary["root"], "--runroot", _temporary["run"], "--storage-driver", "vfs", .. words]);

    private (int Status, string Out, string Error) Run(params string[] words)
    {
        var result = Verb(["bud", "-q", "--retry", "0", .. words]);
        // However it ended, nothing that was fetched or unpacked stays.
        Assert.Empty(Directory.EnumerateFileSystemEntries(_line.Environment["TMPDIR"]));
        return result;
    }

    private string Failed(params string[] words)
    {
        var (status, _, error) = Run(words);
        Assert.Equal(125, status);
        return error;
    }

    /// <summary>Builds, and lists the files of the image.</summary>
    private IReadOnlyList<string> Built(params string[] words)
    {
        var (status, output, error) = Run(words);
        Assert.True(status == 0, error);
        return Mounted(output.Trim(), root => Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(root, path)).Order(StringComparer.Ordinal).ToList());
    }

    private string Stat(string path) =>
        Mounted("made", root => Tool.Named("stat").Run(["-c", "%u:%g %a", Path.Combine(root, path)]).Output.Trim());

    private T Mounted<T>(string image, Func<string, T> look)
    {
        var container = Verb("from", "--pull-never", image).Out.Trim();
        Assert.NotEmpty(container);
        var root = Verb("mount", container).Out.Trim();
        Assert.StartsWith(_temporary.Path, root, StringComparison.Ordinal);
        var result = look(root);
        Assert.Equal(0, Verb("umount", container).Status);
        Assert.Equal(0, Verb("rm", container).Status);
        return result;
    }
}
