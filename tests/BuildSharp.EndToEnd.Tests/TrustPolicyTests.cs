using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>The policy that says which images may come in, at every door.</summary>
public class TrustPolicyTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;
    private const string Rejecting = """{"default":[{"type":"reject"}]}""";

    [RequiresFact(All, "busybox")]
    public async Task What_the_policy_rejects_comes_in_at_no_door()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        await PushEverywhereAsync(sandbox);
        sandbox.Write("home/.config/containers/policy.json", Rejecting);
        var tool = sandbox.BuildSharp.WithEnvironment("HOME", sandbox["home"]);
        await tool.RunAsync("manifest", "create", "list");
        var images = await tool.ReadAsync("images", "-a", "-q");

        foreach (var place in new[] { "oci:layout:x", "oci-archive:a.tar", "docker-archive:d.tar", "dir:loose" })
        {
            await RefusedAsync(tool, place, "pull", place);
            await RefusedAsync(tool, place, "from", place);
            await RefusedAsync(tool, place, "manifest", "add", "list", place);
            sandbox.Write("base", $"FROM {place}\n");
            await RefusedAsync(tool, place, "bud", "-f", "base", ".");
            sandbox.Write("copy", $"FROM base\nCOPY --from={place} /bin /x\n");
            await RefusedAsync(tool, place, "bud", "-f", "copy", ".");
            sandbox.Write("named", "FROM other\n");
            await RefusedAsync(tool, place, "bud", "-f", "named", "--build-context", $"other=docker-image://{place}", ".");
        }

        await RefusedAsync(tool, "oci:", "bud", "-f", "named", "--build-context", "other=oci-layout://layout:x", ".");
        var store = $"containers-storage:[overlay@{sandbox.Root}+{sandbox.RunRoot}]localhost/base:latest";
        var elsewhere = Tool.BuildSharp.In(sandbox.Work).WithEnvironment("HOME", sandbox["home"]).WithLeading("--root", sandbox["other/root"], "--runroot", sandbox["other/run"]);
        await RefusedAsync(elsewhere, "containers-storage:", "pull", store);
        Assert.Equal(images, await tool.ReadAsync("images", "-a", "-q"));

        // What is in the store has come in already, and may go out.
        await tool.RunAsync("from", "base");
        await tool.RunAsync("pull", "base");
        await tool.RunAsync("push", "-q", "base", "oci:out");
    }

    [RequiresFact(All, "busybox")]
    public async Task The_file_named_wins_over_the_users_and_that_over_the_machines()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        await PushEverywhereAsync(sandbox);
        sandbox.Write("home/.config/containers/policy.json", Rejecting);
        sandbox.Write("narrow.json", """{"default":[{"type":"reject"}],"transports":{"oci":{"LAYOUT":[{"type":"insecureAcceptAnything"}]}}}""".Replace("LAYOUT", sandbox["layout"]));
        var tool = sandbox.BuildSharp.WithEnvironment("HOME", sandbox["home"]);
        await tool.RunAsync("pull", "-q", "--signature-policy", "narrow.json", "oci:layout:x");
        await RefusedAsync(tool, "dir:loose", "pull", "--signature-policy", "narrow.json", "dir:loose");
        await RefusedAsync(tool, "oci:layout", "pull", "--signature-policy=", "oci:layout:x");

        Assert.Equal("Error: --signature-policy: open nosuch: no such file or directory\n", (await tool.RunAsync(125, ["pull", "--signature-policy", "nosuch", "oci:layout:x"])).Error);
        var container = await tool.ReadAsync("from", "base");
        foreach (var words in new string[][] { ["push", "-q", "base", "oci:out"], ["commit", "-q", container, "out"], ["bud", "-f", "base", "."] })
        {
            var result = await tool.RunAsync(125, [words[0], "--signature-policy", "nosuch", .. words[1..]]);
            Assert.Contains("--signature-policy: open nosuch: no such file or directory", result.Error);
        }
    }

    [RequiresFact(All, "busybox", "unshare")]
    public async Task Without_any_policy_the_message_says_what_to_write()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        await PushEverywhereAsync(sandbox);
        Directory.CreateDirectory(sandbox["home"]);
        var tool = sandbox.BuildSharp.WithEnvironment("HOME", sandbox["home"])
            .StartedBy("unshare", "--mount", "sh", "-ec", "[ ! -d /etc/containers ] || mount -t tmpfs none /etc/containers; exec \"$0\" \"$@\"");
        var error = (await tool.RunAsync(125, ["pull", "oci:layout:x"])).Error;
        Assert.Equal(
            $"Error: there is no policy that says which images to trust: neither {sandbox["home"]}/.config/containers/policy.json nor /etc/containers/policy.json is there."
            + """ To trust every image, write {"default":[{"type":"insecureAcceptAnything"}]} to one of them, or to a file named with --signature-policy""" + "\n",
            error);

        // Nothing comes in here.
        var container = await tool.ReadAsync("from", "scratch");
        await tool.RunAsync("commit", "--rm", container, "made");
        await tool.RunAsync("push", "-q", "made", "oci:out");
    }

    private static async Task PushEverywhereAsync(Sandbox sandbox)
    {
        foreach (var place in new[] { "oci:layout:x", "oci-archive:a.tar", "docker-archive:d.tar", "dir:loose" })
        {
            await sandbox.BuildSharp.RunAsync("push", "-q", "base", place);
        }
    }

    private static async Task RefusedAsync(Tool tool, string place, params string[] words)
    {
        var error = (await tool.RunAsync(125, words)).Error;
        Assert.Contains(place, error);
        Assert.Contains("the image is rejected by policy: the default in ", error);
    }
}
