using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>What is in use is not removed, and the message says by what; a name that is not there is answered with the nearest one.</summary>
public class NamesInUseTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    [RequiresFact(All, "busybox")]
    public async Task Rmi_of_an_image_in_use_names_its_containers_and_what_to_do()
    {
        using var sandbox = await WithBaseAsync();
        await sandbox.BuildSharp.RunAsync("from", "--name", "first", "base");
        await sandbox.BuildSharp.RunAsync("from", "--name", "second", "base");
        await sandbox.BuildSharp.RunAsync("rmi", "docker.io/library/latest");
        Assert.Equal(
            "Error: 1 error occurred:\n\t* image used by first, second: image is in use by a container: remove them first (rm), "
            + "or force the removal of both (rmi --force)\n\n\n",
            (await sandbox.BuildSharp.RunAsync(125, ["rmi", "base"])).Error);
        await sandbox.BuildSharp.RunAsync("rmi", "--force", "base");
        Assert.Empty(await sandbox.BuildSharp.ReadAsync("containers", "-q"));
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task A_container_in_which_a_command_runs_is_not_removed()
    {
        using var sandbox = await WithBaseAsync();
        var buildsharp = sandbox.BuildSharp;
        Directory.CreateDirectory(sandbox["s"]);
        await buildsharp.RunAsync("from", "--name", "c", "base");
        await buildsharp.RunAsync("from", "--name", "idle", "base");

        async Task RemoveAsync()
        {
            await Moment.Until(() => File.Exists(sandbox["s/started"]), "the command did not begin");

            const string refusal = "a command runs in container \"c\"; wait for its end or stop it\n";
            Assert.Equal("Error: removing container \"c\": " + refusal, (await buildsharp.RunAsync(125, ["rm", "c"])).Error);
            Assert.EndsWith(refusal, (await buildsharp.RunAsync(125, ["rm", "--all"])).Error);
            Assert.Contains(refusal, (await buildsharp.RunAsync(125, ["rmi", "--all", "--force"])).Error);
        }

        await buildsharp.SignalledAfter(RemoveAsync(), "TERM").RunAsync(143, ["run", "-v", $"{sandbox["s"]}:/s", "c", "sh", "-c", "touch /s/started; sleep 100"]);
        Assert.Equal("c", await buildsharp.ReadAsync("containers", "--format", "{{.ContainerName}}"));
        await buildsharp.RunAsync("rm", "c");
    }

    [RequiresTheory(All, "busybox")]
    [InlineData("tag bass x", "bass: image not known (did you mean base?)")]
    [InlineData("push localhost/bsae:latest oci:x", "pushing image \"localhost/bsae:latest\" to \"oci:x\": localhost/bsae:latest: image not known (did you mean localhost/base:latest?)")]
    [InlineData("inspect bas", "importing settings: bas: image not known (did you mean base?)")]
    [InlineData("from --pull-never base:lates", "base:lates: image not known (did you mean base:latest?)")]
    [InlineData("from --pull-never nothing-like-it", "nothing-like-it: image not known")]
    [InlineData("config --label a=b base-working-contianer", "reading build container \"base-working-contianer\": container not known (did you mean base-working-container?)")]
    [InlineData("rm base-working-contaner", "removing container \"base-working-contaner\": container not known (did you mean base-working-container?)")]
    [InlineData("from --pull=always base", "base: image not known: local storage has it, but pull policy \"always\" asks a registry, and its name is not of one")]
    [InlineData("from --pull=always localhost/bas", "localhost/bas: image not known (did you mean localhost/base?)")]
    [InlineData("from localhost/other", "localhost/other: image not known: it is not in local storage; a registry on this machine is written docker://localhost/other")]
    public async Task A_name_that_is_not_there_is_answered_with_the_nearest(string call, string message)
    {
        using var sandbox = await WithBaseAsync();
        await sandbox.BuildSharp.RunAsync("from", "base");
        Assert.Equal($"Error: {message}\n", (await sandbox.BuildSharp.RunAsync(125, call.Split(' '))).Error);
    }

    private static async Task<Sandbox> WithBaseAsync()
    {
        var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        return sandbox;
    }
}
