using System.Text;
using System.Text.RegularExpressions;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>A user without root rights and without any set-up: every verb works, or says what to do. The approved files are the pages to
/// read.</summary>
public sealed partial class OrdinaryUserTests : IDisposable
{
    // One call of each verb at least, as in the order of a first hour.
    private static readonly string[] Calls =
    [
        "version", "help tag", "info --format {{.host.rootless}}", "images --format {{.Name}}:{{.Tag}}", "containers", "completion fish", "from --name c scratch", "bud -t app .",
        "bud --check .", "dockerfile lint Dockerfile", "pull oci:layout", "inspect app", "tag app app:2", "rmi app", "push app:2 oci:layout",
        "config --label a=b c", "rename c d", "mount", "mount d", "add d file /", "copy d file /", "run d true", "commit d app", "umount d", "rm d",
        "rm --all", "unshare id -u", "check", "manifest create list", "image ls -q", "container ls", "history -q app", "untag app app:2", "prune", "manifest inspect list", "manifest push list oci:layout",
        "login --get-login 127.0.0.1:1", "logout 127.0.0.1:1", "skopeo inspect oci:layout", "list-tags docker-archive:none", "manifest-digest Dockerfile",
        "sync --src dir --dest docker none 127.0.0.1:1", "cache ls",
    ];

    // A container c and an image app, with a file that belongs to another id of the user's.
    private const string InNamespace = """
        c=$("$0" from --name c scratch); echo hi > $("$0" mount $c)/file; chown 33:33 $("$0" mount $c)/file; "$0" umount --all >/dev/null
        "$0" umount --all >/dev/null; "$0" commit -q $c app >/dev/null
        """;

    private const Needs All = Needs.Root | Needs.Binary;

    private readonly TemporaryDirectory _home = new();
    private readonly Tool _buildsharp;

    public OrdinaryUserTests()
    {
        _home.Write("file", "hi\n");
        _home.Write("Dockerfile", "FROM scratch\nCOPY file /\n");
        // The checkout may be in a directory that only root may enter.
        File.Copy(Tool.BuildSharp.Program, _home["buildsharp"]);
        UnprivilegedUser.Give(_home.Path);
        _buildsharp = WithoutSetup(Tool.Named(_home["buildsharp"]));
    }

    public void Dispose() => _home.Dispose();

    [RequiresFact(All | Needs.Overlay | Needs.UserNamespaces, "setpriv", "newuidmap", "runc")]
    public async Task The_first_hour_without_any_set_up()
    {
        var help = (await _buildsharp.RunAsync("help")).Output;
        Assert.Equal(
            HelpLine().Matches(help).Select(line => line.Groups[1].Value).Order(),
            Calls.Select(call => call.Split(' ')[0]).Select(verb => verb == "bud" ? "build" : verb).Distinct().Order());
        Snapshot.Match(await PageAsync(hasRange: true), Scrubber.Default.WithShortIds());
    }

    [RequiresFact(All | Needs.Overlay | Needs.UserNamespaces, "setpriv", "runc")]
    public async Task The_first_hour_without_further_ids() => Snapshot.Match(await PageAsync(hasRange: false), Scrubber.Default.WithShortIds());

    [RequiresFact(All | Needs.UserNamespaces, "setpriv")]
    public async Task By_the_name_of_buildah_it_names_buildah()
    {
        File.CreateSymbolicLink(_home["buildah"], _home["buildsharp"]);
        using var user = new OrdinaryUser(hasRange: true);
        var buildah = user.Running(WithoutSetup(Tool.Named(_home["buildah"])));
        await buildah.RunAsync("from", "--name", "c", "scratch");
        Assert.Equal(
            "Error: cannot mount using driver overlay in rootless mode. You need to run it in a `buildah unshare` session\n",
            (await buildah.RunAsync(125, ["mount", "c"])).Error);
    }

    [RequiresFact(All | Needs.Overlay | Needs.UserNamespaces, "setpriv", "nsenter", "newuidmap", "runc")]
    public async Task What_was_made_in_a_user_namespace_is_used_outside()
    {
        using var user = new UnprivilegedUser();
        await user.Entering(WithoutSetup(Tool.Named("sh"))).RunAsync("-ec", InNamespace, _buildsharp.Program);
        Snapshot.Match(await PageAsync(hasRange: true), Scrubber.Default.WithShortIds());
        Assert.Equal("", await user.Entering(_buildsharp).ReadAsync("check"));
    }

    // The machine's set-up does not count either.
    private Tool WithoutSetup(Tool tool) => tool.In(_home.Path)
        .WithEnvironment("HOME", _home.Path).WithEnvironment("TMPDIR", _home.Path).WithEnvironment("XDG_RUNTIME_DIR", null)
        .WithEnvironment("CONTAINERS_STORAGE_CONF", "/dev/null").WithEnvironment("CONTAINERS_CONF", "/dev/null");

    private async Task<string> PageAsync(bool hasRange)
    {
        using var user = new OrdinaryUser(hasRange);
        var outside = user.Running(_buildsharp);
        var page = new StringBuilder();
        foreach (var call in Calls)
        {
            var said = await outside.ExecuteAsync(call.Split(' '));
            page.Append($"$ buildsharp {call}\n").AppendJoin("", said.Lines.Take(2).Select(line => line + "\n"))
                .Append(said.Lines.Count > 2 ? "...\n" : "").Append(said.Error)
                .Append(said.ExitCode == 0 ? "\n" : $"exit status {said.ExitCode}\n\n");
            if (said.ExitCode != 0)
            {
                // Nothing half-made is left.
                Assert.Equal("", await outside.WithLeading("--log-level", "error").ReadAsync("check"));
            }
        }

        return page.ToString();
    }

    [GeneratedRegex("^  ([a-z-]+)  +[A-Z]", RegexOptions.Multiline)]
    private static partial Regex HelpLine();
}
