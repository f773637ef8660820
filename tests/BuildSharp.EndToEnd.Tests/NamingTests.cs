using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>What images and containers are called, and how listings show it, as buildah 1.43 was seen to do.</summary>
public class NamingTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    [RequiresFact(All)]
    public async Task A_container_is_called_after_what_its_base_was_called()
    {
        using var sandbox = new Sandbox();
        var buildsharp = sandbox.BuildSharp;
        var id = await CommitAsync(buildsharp, "app");
        var digest = await buildsharp.ReadAsync("images", "--format", "{{.Digest}}");
        await buildsharp.RunAsync("push", "-q", "app", "oci:layouts/one:lib");
        await buildsharp.RunAsync("push", "-q", "app", "dir:plain");
        await buildsharp.RunAsync("tag", "app", "quay.io/x/newest:1");

        Assert.Equal("app-working-container", await FromAsync("app"));
        Assert.Equal("app-working-container", await FromAsync($"localhost/app@{digest}"));
        Assert.Equal("newest-working-container", await FromAsync(id));
        Assert.Equal("newest-working-container", await FromAsync(id[..9]));
        Assert.Equal("app-working-container", await FromAsync("containers-storage:app"));
        await buildsharp.RunAsync("rmi", "-f", id);
        Assert.Equal("oci-working-container", await FromAsync("oci:layouts/one"));
        Assert.Equal(id[..9] + "-working-container", await FromAsync(id[..9]));
        Assert.Equal("<none>:<none>", await buildsharp.ReadAsync("images", "--format", "{{.Name}}:{{.Tag}}"));
        await buildsharp.RunAsync("rmi", "-f", id);
        Assert.Equal("lib-working-container", await FromAsync("oci:layouts/one:lib"));
        Assert.Equal("docker.io/library/lib:latest", await buildsharp.ReadAsync("images", "--format", "{{.Name}}:{{.Tag}}"));
        await buildsharp.RunAsync("rmi", "-f", id);
        Assert.Equal("dir-working-container", await FromAsync("dir:plain"));

        async Task<string> FromAsync(string image)
        {
            var container = await buildsharp.ReadAsync("from", "-q", image);
            await buildsharp.RunAsync("rm", container);
            return container;
        }
    }

    [RequiresFact(All)]
    public async Task A_base_found_by_ID_or_digest_is_recorded_by_a_name()
    {
        using var sandbox = new Sandbox();
        var buildsharp = sandbox.BuildSharp;
        var id = await CommitAsync(buildsharp, "app");
        var digest = await buildsharp.ReadAsync("images", "--format", "{{.Digest}}");
        await buildsharp.RunAsync("tag", "app", "newest");
        foreach ((var image, var name) in new[] { (id, "newest"), ($"app@{digest}", "app"), ("app", "app") })
        {
            var container = await buildsharp.ReadAsync("from", image);
            Assert.Equal(
                $"localhost/{name}:latest localhost/{name}:latest",
                await buildsharp.ReadAsync("inspect", "--format", "{{.FromImage}} {{index .ImageAnnotations \"org.opencontainers.image.base.name\"}}", container));
            Assert.Equal("localhost/newest:latest", await buildsharp.ReadAsync("containers", "--format", "{{.ImageName}}"));
            await buildsharp.RunAsync("rm", container);
        }
    }

    [RequiresFact(All)]
    public async Task The_store_may_be_named_wherever_an_image_is()
    {
        using var sandbox = new Sandbox();
        var buildsharp = sandbox.BuildSharp;
        var id = await CommitAsync(buildsharp, "app");
        await buildsharp.RunAsync("push", "-q", "app", "containers-storage:hub:1");
        await buildsharp.RunAsync("push", "-q", "containers-storage:app", $"containers-storage:{id[..12]}");
        await buildsharp.RunAsync("tag", "containers-storage:app", "tagged");
        Assert.Equal(
            "localhost/tagged:latest\ndocker.io/library/hub:1\nlocalhost/app:latest",
            await buildsharp.ReadAsync("images", "--format", "{{.Name}}:{{.Tag}}", "containers-storage:hub:1"));
        Assert.Equal(id, await buildsharp.ReadAsync("inspect", "--format", "{{.FromImageID}}", "containers-storage:tagged"));
        Assert.Equal("untagged: docker.io/library/hub:1", await buildsharp.ReadAsync("rmi", "containers-storage:hub:1"));
    }

    [RequiresFact(All)]
    public async Task A_listing_as_JSON_has_the_fields_and_the_order_that_scripts_know()
    {
        using var sandbox = new Sandbox();
        var buildsharp = sandbox.BuildSharp;
        await CommitAsync(buildsharp, "newer", "--timestamp", "1700000000");
        await CommitAsync(buildsharp, "older", "--timestamp", "1600000000");
        await buildsharp.RunAsync("tag", "newer", "other");

        Assert.Equal("localhost/other\nlocalhost/newer\nlocalhost/older", await buildsharp.ReadAsync("images", "--format", "{{.Name}}"));
        Assert.Equal(
            "localhost/newer:latest, localhost/other:latest|localhost/other:latest|<none>|",
            (await buildsharp.ReadAsync("images", "--format", "{{.History}}|")).Replace("\n", "", StringComparison.Ordinal));
        await buildsharp.RunAsync("rmi", "older", "newer");
        await CommitAsync(buildsharp, null, "--timestamp", "1600000000");
        var json = await buildsharp.ReadAsync("images", "--json");
        Assert.True(json.IndexOf("\"names\": [\n            \"localhost/other:latest\"\n        ]", StringComparison.Ordinal) is > 0 and var first
            && json.IndexOf("\"names\": null", StringComparison.Ordinal) > first, json);
        Assert.Contains("\"history\": null\n", json, StringComparison.Ordinal);

        var row = await buildsharp.ReadAsync("images", "--format", "{{json .}}", "other");
        Assert.Matches(
            "^{\"Tag\":\"latest\",\"ID\":\"[0-9a-f]{12}\",\"Name\":\"localhost/other\",\"Digest\":\"sha256:[0-9a-f]{64}\",\"Created\":1700000000,\"CreatedAt\":\"[^\"]*\",\"Size\":\"[^\"]*\",\"CreatedAtRaw\":\"2023-11-14T22:13:20Z\",\"ReadOnly\":false,\"History\":\"localhost/newer:latest\"}$",
            row);
        await buildsharp.RunAsync("from", "other");
        Assert.Matches(
            "^{\"ContainerID\":\"[0-9a-f]{64}\",\"Builder\":\"   \\*\",\"ImageID\":\"[0-9a-f]{64}\",\"ImageName\":\"localhost/other:latest\",\"ContainerName\":\"other-working-container\"}$",
            await buildsharp.ReadAsync("containers", "--format", "{{json .}}"));
    }

    [RequiresFact(All)]
    public async Task An_image_is_no_manifest_list()
    {
        using var sandbox = new Sandbox();
        await CommitAsync(sandbox.BuildSharp, "app");
        var answer = await sandbox.BuildSharp.ExecuteAsync(["manifest", "exists", "app"]);
        Assert.Equal((125, "Error: localhost/app:latest: image is not a manifest list\n"), (answer.ExitCode, answer.Error));
        Assert.Equal(1, (await sandbox.BuildSharp.ExecuteAsync(["manifest", "exists", "nothing"])).ExitCode);
    }

    [RequiresFact(All)]
    public async Task Durations_lists_and_structs_print_as_Go_prints_them()
    {
        using var sandbox = new Sandbox();
        var buildsharp = sandbox.BuildSharp;
        var container = await buildsharp.ReadAsync("from", "--format", "docker", "scratch");
        await buildsharp.RunAsync(
            "config", "--healthcheck", "CMD true", "--healthcheck-timeout", "90m", "--healthcheck-interval", "1500ms", "--cmd", "[\"a b\",\"c\"]",
            "--label", "x=y z", "--arch", "arm", "--variant", "v7", container);
        Assert.Equal(
            "1h30m0s 1.5s 0s 3|[\"a b\" \"c\"]|map[\"x\":\"y z\"]|{arm linux  [] v7}|[1.5s]",
            await buildsharp.ReadAsync(
                "inspect", "--format",
                "{{with .Docker.Config.Healthcheck}}{{.Timeout}} {{.Interval}} {{.StartPeriod}} {{.Retries}}{{end}}|{{printf \"%q\" .OCIv1.Config.Cmd}}|"
                + "{{printf \"%q\" .OCIv1.Config.Labels}}|{{.OCIv1.Platform}}|{{define \"d\"}}[{{.}}]{{end}}{{template \"d\" .Docker.Config.Healthcheck.Interval}}",
                container));
    }

    private static async Task<string> CommitAsync(Tool buildsharp, string? name, params string[] flags)
    {
        var container = await buildsharp.ReadAsync("from", "scratch");
        return await buildsharp.ReadAsync(["commit", "-q", "--rm", .. flags, container, .. name is null ? Array.Empty<string>() : [name]]);
    }
}
