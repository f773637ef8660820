using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>A user without root rights and without any set-up: every verb works, or says before it writes anything what to do. The approved
/// files are the pages to read.</summary>
public sealed partial class OrdinaryUserTests : IDisposable
{
    // One call of each verb at least, as in the order of a first hour.
    private static readonly string[] Calls =
    [
        "version", "help tag", "info --format {{.host.rootless}}", "images --format {{.Name}}:{{.Tag}}", "containers", "completion fish", "from scratch", "bud -t app .",
        "bud --check .", "dockerfile lint Dockerfile", "pull oci:layout", "inspect app", "tag app app:2", "rmi app", "push app oci:layout",
        "config --label a=b c", "rename c d", "mount", "mount c", "add c file /", "copy c file /", "run c true", "commit c app", "umount c", "rm c",
        "rm --all", "check", "manifest create list", "image ls -q", "container ls", "history -q app", "untag app app:2", "prune", "manifest inspect list", "manifest push list oci:layout",
        "login --get-login 127.0.0.1:1", "logout 127.0.0.1:1", "skopeo inspect oci:layout", "list-tags docker-archive:none", "manifest-digest Dockerfile",
        "sync --src dir --dest docker none 127.0.0.1:1",
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
        Tool.Named("chown").Run(["-R", $"{UnprivilegedUser.Id}:{UnprivilegedUser.Id}", _home.Path]);
        _buildsharp = WithoutSetup(Tool.Named(_home["buildsharp"]));
    }

    public void Dispose() => _home.Dispose();

    [RequiresFact(All, "setpriv", "buildah")]
    public async Task The_first_hour_without_any_set_up()
    {
        var help = (await _buildsharp.RunAsync("help")).Output;
        Assert.Equal(
            HelpLine().Matches(help).Select(line => line.Groups[1].Value).Order(),
            Calls.Select(call => call.Split(' ')[0]).Select(verb => verb == "bud" ? "build" : verb).Distinct().Order());
        Snapshot.Match(await PageAsync(), Scrubber.Default.WithShortIds());
    }

    [RequiresFact(All, "setpriv", "buildah", "podman")]
    public async Task By_the_name_of_buildah_it_names_podman()
    {
        File.CreateSymbolicLink(_home["buildah"], _home["buildsharp"]);
        var refused = await WithoutSetup(Tool.Named(_home["buildah"])).StartedBy("setpriv", "--reuid", $"{UnprivilegedUser.Id}", "--regid", $"{UnprivilegedUser.Id}", "--clear-groups")
            .RunAsync(125, ["from", "scratch"]);
        Assert.Equal("Error: from needs root or a user namespace: run \"podman unshare buildah from ...\", or run it as root\n", refused.Error);
    }

    [RequiresFact(All | Needs.Overlay | Needs.UserNamespaces, "setpriv", "nsenter", "buildah")]
    public async Task What_was_made_in_a_user_namespace_is_seen_and_named_outside_and_otherwise_left_alone()
    {
        using var user = new UnprivilegedUser();
        await user.Entering(WithoutSetup(Tool.Named("sh"))).RunAsync("-ec", InNamespace, _buildsharp.Program);
        Snapshot.Match(await PageAsync(), Scrubber.Default.WithShortIds());
        Assert.Equal("", await user.Entering(_buildsharp).ReadAsync("check"));
    }

    // The machine's set-up does not count either.
    private Tool WithoutSetup(Tool tool) => tool.In(_home.Path)
        .WithEnvironment("HOME", _home.Path).WithEnvironment("TMPDIR", _home.Path).WithEnvironment("XDG_RUNTIME_DIR", null)
        .WithEnvironment("CONTAINERS_STORAGE_CONF", "/dev/null").WithEnvironment("CONTAINERS_CONF", "/dev/null");

    private async Task<string> PageAsync()
    {
        var id = UnprivilegedUser.Id.ToString(CultureInfo.InvariantCulture);
        var outside = _buildsharp.StartedBy("setpriv", "--reuid", id, "--regid", id, "--clear-groups");
        var page = new StringBuilder();
        foreach (var call in Calls)
        {
            var before = await FilesAsync();
            var said = await outside.ExecuteAsync(call.Split(' '));
            page.Append($"$ buildsharp {call}\n").AppendJoin("", said.Lines.Take(2).Select(line => line + "\n"))
                .Append(said.Lines.Count > 2 ? "...\n" : "").Append(said.Error)
                .Append(said.ExitCode == 0 ? "\n" : $"exit status {said.ExitCode}\n\n");
            if (said.ExitCode != 0)
            {
                Assert.Equal(before, await FilesAsync());
            }
        }

        return page.ToString();
    }

    private Task<string> FilesAsync() => Tool.Named("find").ReadAsync(_home.Path, "-printf", "%P %y %m %U %s %T@\n");

    [GeneratedRegex("^  ([a-z-]+)  +[A-Z]", RegexOptions.Multiline)]
    private static partial Regex HelpLine();
}
