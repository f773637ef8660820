using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>The instruments that judge the binary, tried without it.</summary>
public class JudgesTests
{
    [RequiresFact(Needs.None, "skopeo", "busybox")]
    public async Task The_base_image_is_one_that_skopeo_reads()
    {
        using var sandbox = new Sandbox();
        var layout = BusyboxImage.WriteLayout(sandbox["base"]);
        var shown = await sandbox.Named("skopeo").RunAsync("inspect", layout);
        Assert.Contains(BusyboxImage.SearchPath, shown.Output);
    }

    [RequiresFact(Needs.Root | Needs.Overlay, "podman", "buildah", "skopeo", "runc", "busybox")]
    public async Task The_base_image_runs_from_a_store_of_its_own()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildahOnOurStore);
        Assert.Equal("here", await sandbox.Podman.ReadAsync("run", "--rm", "--network", "host", "localhost/base", "echo", "here"));
    }

    [RequiresFact(Needs.None, "docker-registry", "skopeo", "busybox")]
    public async Task A_registry_of_a_tests_own_stores_what_skopeo_pushes()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        var layout = BusyboxImage.WriteLayout(sandbox["base"]);
        var pushed = $"docker://{registry.Host}/team/base:latest";
        await sandbox.Named("skopeo").RunAsync("copy", "--dest-tls-verify=false", layout, pushed);
        var shown = await sandbox.Named("skopeo").RunAsync("inspect", "--tls-verify=false", pushed);
        Assert.Contains(BusyboxImage.SearchPath, shown.Output);
    }
}
