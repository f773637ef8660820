using BuildSharp.Containers.Fetching;
using BuildSharp.Oci;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Containers.Fetching;

/// <summary>Commits of a real repository, made and served by git itself.</summary>
public sealed class GitCheckoutTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();
    private readonly Fetcher _fetcher;

    public GitCheckoutTests()
    {
        _temporary.MakeDirectory("tmp");
        _fetcher = new Fetcher(new FetchOptions { TemporaryDirectory = _temporary["tmp"], Environment = Environment });
    }

    // Nobody's configuration but the test's.
    private Dictionary<string, string> Environment => new()
    {
        ["PATH"] = System.Environment.GetEnvironmentVariable("PATH")!,
        ["HOME"] = _temporary.Path,
        ["GIT_CONFIG_NOSYSTEM"] = "1",
    };

    private string Repository => $"file://{_temporary["repo"]}";

    public void Dispose()
    {
        _fetcher.Dispose();
        _temporary.Dispose();
    }

    [RequiresFact(Needs.None, "git")]
    public async Task A_branch_a_tag_a_commit_and_the_beginning_of_one_are_found()
    {
        var first = await MakeRepositoryAsync();
        Assert.Equal("two\n", await ReadAsync(""));
        Assert.Equal("side\n", await ReadAsync("#side"));
        Assert.Equal("one\n", await ReadAsync("#v1"));
        Assert.Equal("one\n", await ReadAsync("#refs/tags/v1"));
        Assert.Equal("one\n", await ReadAsync("#" + first));
        Assert.Equal("one\n", await ReadAsync("#" + first[..10]));
    }

    [RequiresFact(Needs.None, "git")]
    public async Task The_git_directory_comes_only_when_it_is_asked_for()
    {
        await MakeRepositoryAsync();
        Assert.False(Directory.Exists(Path.Combine((await CheckOutAsync("")).Directory, ".git")));
        var kept = await _fetcher.CheckOutAsync(GitAddress.TryParse(Repository)! with { KeepGitDirectory = true }, default);
        Assert.Equal(kept.Commit, await Git("-C", kept.Directory, "rev-parse", "HEAD"));
    }

    [RequiresFact(Needs.None, "git")]
    public async Task A_directory_is_found_through_links_that_stay_inside()
    {
        await MakeRepositoryAsync();
        Assert.Equal("deep\n", await File.ReadAllTextAsync(Path.Combine((await CheckOutAsync("#:sub/dir")).Directory, "g")));
        Assert.Equal("deep\n", await File.ReadAllTextAsync(Path.Combine((await CheckOutAsync("#:link/dir")).Directory, "g")));
        foreach (var outside in new[] { "out", "../.." })
        {
            Assert.Equal("two\n", await ReadAsync($"#:{outside}"));
        }

        foreach (var missing in new[] { "none", "f" })
        {
            Assert.Contains($"there is no directory \"{missing}\"", await ErrorAsync($"#:{missing}"), StringComparison.Ordinal);
        }
    }

    [RequiresFact(Needs.None, "git")]
    public async Task The_commit_has_to_be_the_one_that_was_promised()
    {
        var first = await MakeRepositoryAsync();
        var address = GitAddress.TryParse(Repository + "#v1")!;
        await _fetcher.CheckOutAsync(address.WithChecksum(first[..12]), default);
        var tag = await Git("-C", _temporary["repo"], "rev-parse", "v1");
        await _fetcher.CheckOutAsync(address.WithChecksum(tag), default);
        var error = await Assert.ThrowsAsync<BuildSharpException>(() => _fetcher.CheckOutAsync(address.WithChecksum("0123456789"), default));
        Assert.Equal($"{Repository}: digest mismatch: \"v1\" is commit {first}, want 0123456789", error.Message);
    }

    [RequiresFact(Needs.None, "git")]
    public async Task What_is_not_there_is_named()
    {
        await MakeRepositoryAsync();
        Assert.Equal($"{Repository}: git: fatal: couldn't find remote ref none", await ErrorAsync("#none"));
        Assert.Equal($"{Repository}: there is no branch, tag or commit \"abcdef0123\"", await ErrorAsync("#abcdef0123"));
    }

    [RequiresFact(Needs.None, "git")]
    public async Task Submodules_come_along_without_their_git_directories()
    {
        await MakeRepositoryAsync();
        using var server = new TemporaryWebServer();
        await Script($"""
            git init -q inner; cd inner; echo inner > i; git add .; git commit -qm i; cd ..
            git clone -q --bare inner www/inner.git; cd www/inner.git; git update-server-info; cd ../../repo
            git -c protocol.file.allow=always submodule --quiet add "file://$PWD/../inner" module
            git config -f .gitmodules submodule.module.url {server.Address}/inner.git; git add .; git commit -qm m
            """);
        server.ServeDirectory(_temporary["www"]);
        server.Serve("/inner.git/info/refs?service=git-upload-pack", await File.ReadAllBytesAsync(_temporary["www/inner.git/info/refs"]));
        var tree = await CheckOutAsync("");
        Assert.Equal("inner\n", await File.ReadAllTextAsync(Path.Combine(tree.Directory, "module/i")));
        Assert.False(Path.Exists(Path.Combine(tree.Directory, "module/.git")));
    }

    [RequiresFact(Needs.None, "git")]
    public async Task A_submodule_that_points_to_this_machine_is_refused()
    {
        await MakeRepositoryAsync();
        await Script("""
            git init -q inner; cd inner; echo inner > i; git add .; git commit -qm i; cd ../repo
            git -c protocol.file.allow=always submodule --quiet add "file://$PWD/../inner" module; git commit -qm m
            """);
        Assert.Contains("transport 'file' not allowed", await ErrorAsync(""), StringComparison.Ordinal);
    }

    [RequiresFact(Needs.None, "git")]
    public async Task A_server_gets_the_password_that_the_repository_of_git_does_not_keep()
    {
        await MakeRepositoryAsync();
        await Script("git clone -q --bare repo www/app.git; cd www/app.git; git update-server-info");
        using var server = new TemporaryWebServer { Password = "me:s3cr3t@:x" };
        server.ServeDirectory(_temporary["www"]);
        server.Serve("/app.git/info/refs?service=git-upload-pack", await File.ReadAllBytesAsync(_temporary["www/app.git/info/refs"]));
        var address = server.Address.ToString().Replace("://", "://me:s3cr3t%40%3Ax@", StringComparison.Ordinal);
        var tree = await _fetcher.CheckOutAsync(GitAddress.TryParse($"{address}/app.git?keep-git-dir=1")!, default);
        Assert.Equal("two\n", await File.ReadAllTextAsync(Path.Combine(tree.Directory, "f")));
        Assert.DoesNotContain("s3cr3t", await File.ReadAllTextAsync(Path.Combine(tree.Directory, ".git/config")), StringComparison.Ordinal);
    }

    [RequiresFact(Needs.None, "git")]
    public async Task A_plain_file_server_is_enough()
    {
        await MakeRepositoryAsync();
        await Script("git clone -q --bare repo www/app.git; cd www/app.git; git update-server-info");
        using var server = new TemporaryWebServer();
        server.ServeDirectory(_temporary["www"]);
        server.Serve("/app.git/info/refs?service=git-upload-pack", await File.ReadAllBytesAsync(_temporary["www/app.git/info/refs"]));
        foreach ((var reference, var content) in new[] { ("", "two\n"), ("#v1", "one\n"), ("#side", "side\n") })
        {
            var tree = await _fetcher.CheckOutAsync(GitAddress.TryParse($"{server.Address}/app.git{reference}")!, default);
            Assert.Equal(content, await File.ReadAllTextAsync(Path.Combine(tree.Directory, "f")));
        }
    }

    [RequiresFact(Needs.None, "git")]
    public async Task Neither_hooks_nor_filters_nor_foreign_protocols_run_a_program()
    {
        await MakeRepositoryAsync();
        var trap = _temporary["sprung"];
        await Script($"""
            mkdir -p hooks template/hooks; printf '#!/bin/sh\ntouch {trap}\n' > hooks/post-checkout; chmod +x hooks/post-checkout; cp hooks/post-checkout template/hooks
            git config --global core.hooksPath "$PWD/hooks"; git config --global init.templateDir "$PWD/template"
            cd repo; git config -f .gitmodules submodule.m.path m; git config -f .gitmodules submodule.m.url 'ext::touch {trap}'
            git add .gitmodules; git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),m; git commit -qm trap
            """);
        File.Delete(trap);
        Assert.Contains("transport 'ext' not allowed", await ErrorAsync(""), StringComparison.Ordinal);
        await CheckOutAsync("#side");
        Assert.False(File.Exists(trap));
    }

    [RequiresFact(Needs.None, "git")]
    public async Task Giving_up_ends_git_and_leaves_nothing()
    {
        // Accepts a connection and never says a word.
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        using var source = new CancellationTokenSource();
        var address = GitAddress.TryParse($"git://127.0.0.1:{((System.Net.IPEndPoint)silent.LocalEndpoint).Port}/x")!;
        var running = _fetcher.CheckOutAsync(address, source.Token);
        using (await silent.AcceptTcpClientAsync())
        {
            await source.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        }

        _fetcher.Dispose();
        Assert.Empty(Directory.EnumerateFileSystemEntries(_temporary["tmp"]));
    }

    /// <summary>Two commits on the branch that HEAD names, an annotated tag v1 on the first, one commit beside them.</summary>
    private async Task<string> MakeRepositoryAsync()
    {
        await Script("""
            git config --global user.email t@example.org; git config --global user.name t; git config --global init.defaultBranch main
            git init -q repo; cd repo; mkdir -p sub/dir; echo deep > sub/dir/g; ln -s sub link; ln -s ../../.. out; echo one > f; git add .; git commit -qm one
            git tag -a -m v1 v1; git checkout -qb side; echo side > f; git commit -qam side; git checkout -q main; echo two > f; git commit -qam two
            """);
        return await Git("-C", _temporary["repo"], "rev-parse", "v1^{commit}");
    }

    private Task<GitTree> CheckOutAsync(string what) => _fetcher.CheckOutAsync(GitAddress.TryParse(Repository + what)!, default);

    private async Task<string> ReadAsync(string what) => await File.ReadAllTextAsync(Path.Combine((await CheckOutAsync(what)).Directory, "f"));

    private async Task<string> ErrorAsync(string what) => (await Assert.ThrowsAsync<BuildSharpException>(() => CheckOutAsync(what))).Message;

    private Task<string> Git(params string[] arguments) => Ours(Tool.Named("git")).ReadAsync(arguments);

    private Task Script(string script) => Ours(Tool.Named("sh")).In(_temporary.Path).RunAsync("-ec", script);

    private Tool Ours(Tool tool) => Environment.Aggregate(tool, (before, pair) => before.WithEnvironment(pair.Key, pair.Value));
}
