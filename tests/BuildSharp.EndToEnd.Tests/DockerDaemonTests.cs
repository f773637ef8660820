using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>Images to and from a real Docker daemon.</summary>
public sealed class DockerDaemonTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary | Needs.DockerDaemon;

    [RequiresFact(All, "busybox", "skopeo")]
    public async Task An_image_goes_to_the_daemon_and_comes_back()
    {
        using var sandbox = new Sandbox();
        using var daemon = TemporaryDaemon.Start();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        var tool = sandbox.BuildSharp.WithEnvironment("DOCKER_HOST", daemon.Address);
        await tool.RunAsync("push", "-q", "base", "docker-daemon:example.com/team/base:1");

        // The ID is the digest of the config, which stays.
        var id = await tool.ReadAsync("images", "-q", "--no-trunc", "base");
        var skopeo = sandbox.Named("skopeo");
        Assert.Equal(
            await skopeo.ReadAsync("inspect", "--config", "--daemon-host", daemon.Address, "docker-daemon:example.com/team/base:1"),
            await tool.ReadAsync("skopeo", "inspect", "--config", "docker-daemon:example.com/team/base:1"));
        Assert.Equal(
            await skopeo.ReadAsync("inspect", "--raw", "--daemon-host", daemon.Address, $"docker-daemon:{id}"),
            await tool.ReadAsync("skopeo", "inspect", "--raw", $"docker-daemon:{id}"));
        await tool.RunAsync("rmi", "-a", "-f");
        Assert.Equal(id, "sha256:" + await tool.ReadAsync("pull", "-q", "docker-daemon:example.com/team/base:1"));
        Assert.Contains("example.com/team/base", await tool.ReadAsync("images", "--format", "{{.Name}}"));
        await sandbox.BuildSharp.RunAsync("copy", "-q", "--dest-daemon-host", daemon.Address, "containers-storage:example.com/team/base:1", "docker-daemon:example.com/other:2");
        Assert.Equal(id, $"sha256:{await IdAsync("docker-daemon:example.com/other:2")}");

        async Task<string> IdAsync(string place)
        {
            await sandbox.BuildSharp.RunAsync("rmi", "-a", "-f");
            return await tool.ReadAsync("pull", "-q", place);
        }
    }

    [RequiresFact(All, "busybox")]
    public async Task What_the_daemon_does_not_have_or_take_is_told_in_its_words()
    {
        using var sandbox = new Sandbox();
        using var daemon = TemporaryDaemon.Start();
        var tool = sandbox.BuildSharp.WithEnvironment("DOCKER_HOST", daemon.Address);
        var missing = await tool.RunAsync(125, ["pull", "-q", "docker-daemon:nosuch:1"]);
        Assert.Matches("reading nosuch:1 from the Docker daemon at unix://.*: 404: .*", missing.Error);
        Assert.Equal(2, (await tool.ExecuteAsync(["skopeo", "inspect", "docker-daemon:nosuch:1"])).ExitCode);
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary, "busybox")]
    public async Task Without_a_daemon_its_address_is_named_and_nothing_is_left()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        var tool = sandbox.BuildSharp.WithEnvironment("DOCKER_HOST", "unix:///none/docker.sock");
        Assert.Contains("from the Docker daemon at unix:///none/docker.sock", (await tool.RunAsync(125, ["pull", "-q", "--retry=0", "docker-daemon:x:1"])).Error);
        Assert.Contains("into the Docker daemon at unix:///none/docker.sock", (await tool.RunAsync(125, ["push", "-q", "--retry=0", "base", "docker-daemon:x:1"])).Error);
        Assert.Contains("only unix://PATH and tcp://HOST:PORT", (await tool.WithEnvironment("DOCKER_HOST", "ssh://x").RunAsync(125, ["pull", "docker-daemon:x:1"])).Error);
        Assert.Contains("is written by name", (await tool.RunAsync(125, ["push", "base", $"docker-daemon:sha256:{new string('a', 64)}"])).Error);
    }
}
