using System.Text.Json.Nodes;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>What <c>info</c> says is what the flags asked for, and what buildah says.</summary>
public class InfoTests
{
    [RequiresTheory(Needs.Root | Needs.Overlay | Needs.Binary, "buildah")]
    [InlineData("overlay", "overlay.mountopt=nodev")]
    [InlineData("vfs", "vfs.ignore_chown_errors=false")]
    public async Task The_store_is_described_as_by_buildah(string driver, string option)
    {
        using var sandbox = new Sandbox(driver);
        string[] words = ["--storage-opt", option, "info"];
        var theirs = JsonNode.Parse(await sandbox.BuildahOnOurStore.ReadAsync(words))!;
        var ours = JsonNode.Parse(await sandbox.BuildSharp.ReadAsync(words))!;
        foreach ((var key, var value) in theirs["store"]!.AsObject())
        {
            // Newer versions tell these too.
            foreach (var newer in value is JsonObject ? (string[])["Supports shifting", "Supports volatile"] : [])
            {
                value!.AsObject().Remove(newer);
            }

            Assert.Equal($"{key}: {value?.ToJsonString()}", $"{key}: {ours["store"]![key]?.ToJsonString()}");
        }

        Assert.Equal([driver, sandbox.Root, sandbox.RunRoot], new[] { "GraphDriverName", "GraphRoot", "RunRoot" }.Select(key => (string)ours["store"]![key]!));
        Assert.Equal([option], ours["store"]!["GraphOptions"]!.AsArray().Select(value => (string)value!));
        Assert.Equal("other", await sandbox.BuildSharp.WithEnvironment("BUILDAH_RUNTIME", "other").ReadAsync("info", "--format", "{{.host.OCIRuntime}}"));
    }

    [RequiresFact(Needs.Root | Needs.Binary)]
    public async Task A_key_of_the_storage_configuration_that_is_in_vain_is_told()
    {
        using var sandbox = new Sandbox("vfs");
        var file = sandbox.Write("storage.conf", "[storage]\nunheard = 1\n[storage.options]\nremap-user = \"containers\"\n");
        var error = (await sandbox.BuildSharp.WithEnvironment("CONTAINERS_STORAGE_CONF", file).RunAsync("images")).Error;
        Assert.Contains($"{file}: unknown key storage.unheard", error);
        Assert.Contains($"{file}: storage.options.remap-user has no effect here", error);
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary)]
    public async Task Every_verb_takes_the_flags_of_the_store_before_and_after_it()
    {
        using var sandbox = new Sandbox();
        string[] flags = ["--root", sandbox["a"], "--runroot", sandbox["b"], "--storage-driver", "vfs", "--storage-opt", "vfs.sync=none"];
        var plain = sandbox.Named(sandbox.BuildSharp.Program);
        var container = await plain.ReadAsync([.. flags, "from", "scratch"]);
        await plain.RunAsync(["mount", .. flags, container]);
        await plain.RunAsync(["umount", .. flags, container]);
        await plain.RunAsync(["config", .. flags, "--env", "A=b", container]);
        await plain.RunAsync(["commit", .. flags, "-q", container, "image"]);
        foreach (var verb in new[] { "images", "containers", "info", "check" })
        {
            await plain.RunAsync([verb, .. flags]);
        }

        await plain.RunAsync(["inspect", .. flags, container]);
        await plain.RunAsync(["tag", .. flags, "image", "other"]);
        await plain.RunAsync(["rename", .. flags, container, "renamed"]);
        await plain.RunAsync(["push", .. flags, "-q", "image", "oci:out:x"]);
        await plain.RunAsync(["pull", .. flags, "-q", "oci:out:x"]);
        await plain.RunAsync(["rm", .. flags, "renamed"]);
        await plain.RunAsync(["rmi", .. flags, "--all", "--force"]);
        Assert.True(Directory.Exists(sandbox["a/vfs/dir"]));
        Assert.False(Directory.Exists(sandbox.Root));
    }
}
