using System.Text.Json;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>What people who come from docker and podman type: <c>image ls</c>, <c>history</c>, <c>untag</c>, <c>prune</c>.</summary>
public class DockerNamesTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    [RequiresTheory(All, "busybox")]
    [InlineData("image ls", "images")]
    [InlineData("image list -q", "images -q")]
    [InlineData("image inspect base", "inspect --type image base")]
    [InlineData("image history --no-trunc base", "history --no-trunc base")]
    [InlineData("container ls", "containers")]
    [InlineData("container list -q", "containers -q")]
    [InlineData("container inspect c", "inspect --type container c")]
    public async Task A_docker_name_shows_what_our_verb_shows(string docker, string ours)
    {
        using var sandbox = await WithContainerAsync();
        var shown = await sandbox.BuildSharp.RunAsync(docker.Split(' '));
        Assert.Equal((await sandbox.BuildSharp.RunAsync(ours.Split(' '))).Output, shown.Output);
        Assert.NotEmpty(shown.Output);
    }

    [RequiresFact(All, "busybox")]
    public async Task Docker_names_change_what_our_verbs_change()
    {
        using var sandbox = await WithContainerAsync();
        var buildsharp = sandbox.BuildSharp;
        Task<string> NamesAsync() => buildsharp.ReadAsync("images", "--format", "{{.Name}}:{{.Tag}}", "-n", "base");

        await buildsharp.RunAsync("image", "tag", "base", "a:1", "a:2", "b");
        Assert.Equal("untagged: localhost/a:1", await buildsharp.ReadAsync("image", "rm", "a:1"));
        await buildsharp.RunAsync("image", "untag", "base", "a:2");
        Assert.DoesNotContain("localhost/a:", await NamesAsync());
        Assert.Contains("localhost/b:latest", await NamesAsync());
        Assert.Equal("Error: nosuch: no name of image " + await buildsharp.ReadAsync("inspect", "--format", "{{.FromImageID}}", "base") + "\n",
            (await buildsharp.RunAsync(125, ["untag", "b", "nosuch"])).Error);

        await buildsharp.RunAsync("container", "rename", "c", "d");
        Assert.NotEmpty(await buildsharp.ReadAsync("container", "prune"));
        Assert.Empty(await buildsharp.ReadAsync("containers", "-q"));
        var id = await buildsharp.ReadAsync("inspect", "--format", "{{.FromImageID}}", "base");
        await buildsharp.RunAsync("untag", "base");
        Assert.Equal(id, await buildsharp.ReadAsync("image", "prune"));
    }

    [RequiresFact(All, "busybox")]
    public async Task Prune_removes_what_nothing_uses_and_nothing_else()
    {
        using var sandbox = await WithContainerAsync();
        var buildsharp = sandbox.BuildSharp;
        sandbox.Write("Dockerfile", "FROM scratch\nCOPY Dockerfile /a\nLABEL a=b\n");
        await buildsharp.RunAsync("bud", ".", "-q", "--layers", "-t", "kept");
        var unnamed = await buildsharp.ReadAsync("commit", "-q", await buildsharp.ReadAsync("from", "scratch"));
        Assert.Equal(unnamed, await buildsharp.ReadAsync("prune"));
        Assert.Equal("", await buildsharp.ReadAsync("prune"));

        // The image base has the container c.
        Assert.StartsWith("untagged: localhost/kept:latest\n", await buildsharp.ReadAsync("image", "prune", "--all", "--force"));
        Assert.Contains("localhost/base", await buildsharp.ReadAsync("images"));
        await buildsharp.RunAsync("prune", "--all", "--force");
        Assert.Empty(await buildsharp.ReadAsync("images", "-a", "-q"));
        Assert.DoesNotContain("c", (await buildsharp.ReadAsync("containers", "--format", "{{.ContainerName}}")).Split('\n'));
        await buildsharp.RunAsync("check");
    }

    [RequiresFact(All, "podman", "busybox")]
    public async Task History_has_the_columns_of_podman()
    {
        using var sandbox = await WithContainerAsync();
        sandbox.Write("Dockerfile", "FROM base\nCOPY Dockerfile /a\nENV A=b\nRUN echo a b > /x; \\\n  true\nLABEL x=y\n");
        await sandbox.BuildSharp.RunAsync("bud", "-q", "--layers", "-t", "app", ".");
        var ours = Rows(await sandbox.BuildSharp.ReadAsync("history", "--format", "json", "app"));
        Assert.Equal(Rows(await sandbox.Podman.ReadAsync("history", "--format", "json", "app")), ours);
        Assert.Equal(5, ours.Count);

        var table = (await sandbox.BuildSharp.RunAsync("history", "app")).Lines;
        Assert.Equal(["ID", "CREATED", "CREATED BY", "SIZE", "COMMENT"], table[0].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.Equal(6, table.Count);
        var ids = (await sandbox.BuildSharp.RunAsync("history", "-q", "--no-trunc", "app")).Lines;
        Assert.Equal(await sandbox.BuildSharp.ReadAsync("inspect", "--format", "{{.FromImageID}}", "app"), ids[0]);
        Assert.Equal(await sandbox.BuildSharp.ReadAsync("inspect", "--format", "{{.FromImageID}}", "base"), ids[4]);
        Assert.DoesNotContain("<missing>", ids);
        Assert.Equal("0 B 0", $"{(await SizesAsync("true"))[0]} {(await SizesAsync("false"))[0]}");

        async Task<IReadOnlyList<string>> SizesAsync(string human) =>
            (await sandbox.BuildSharp.RunAsync("history", $"--human={human}", "--format", "{{.Size}}", "app")).Lines;
    }

    private static List<string> Rows(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(row =>
            $"{row.GetProperty("created")} {row.GetProperty("CreatedBy")} {row.GetProperty("size")} {(row.TryGetProperty("comment", out var comment) ? comment : default)}")];
    }

    private static async Task<Sandbox> WithContainerAsync()
    {
        var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        await sandbox.BuildSharp.RunAsync("from", "--name", "c", "base");
        return sandbox;
    }
}
