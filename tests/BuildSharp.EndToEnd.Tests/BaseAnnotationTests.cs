using System.Text.Json.Nodes;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>The annotations that name an image's base speak of the image in the FROM line, whatever lies between it and the result.</summary>
public class BaseAnnotationTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    [RequiresTheory(All, "busybox")]
    [InlineData("FROM base\nCOPY Dockerfile /1\nCOPY Dockerfile /2\n")]
    [InlineData("FROM base\nCOPY Dockerfile /1\nCOPY Dockerfile /2\n", "--layers")]
    [InlineData("FROM base AS a\nCOPY Dockerfile /1\nFROM a AS b\nENV A=b\nFROM b\nCOPY Dockerfile /2\n")]
    [InlineData("FROM base AS a\nCOPY Dockerfile /1\nFROM a AS b\nENV A=b\nFROM b\nCOPY Dockerfile /2\n", "--layers")]
    [InlineData("FROM base AS a\nFROM a\nCOPY Dockerfile /1\n")]
    [InlineData("FROM base AS a\nFROM a\nCOPY Dockerfile /1\n", "--layers")]
    [InlineData("FROM base\nCOPY Dockerfile /1\n", "--squash")]
    public async Task The_base_is_the_image_of_the_FROM_line(string dockerfile, params string[] flags)
    {
        using var sandbox = await WithBaseAsync(dockerfile);
        var digest = await sandbox.BuildSharp.ReadAsync("images", "--format", "{{.Digest}}", "base");
        await sandbox.BuildSharp.RunAsync(["bud", "-t", "first", .. flags, "."]);
        // The second time its steps are found, those of a stage that others start from too.
        await sandbox.BuildSharp.RunAsync(["bud", "-t", "second", .. flags, "."]);
        foreach (var image in new[] { "first", "second" })
        {
            var shown = JsonNode.Parse(await sandbox.BuildSharp.ReadAsync("inspect", "--type", "image", image))!;
            Assert.Equal("localhost/base:latest", (string?)shown["ImageAnnotations"]!["org.opencontainers.image.base.name"]);
            Assert.Equal(digest, (string?)shown["ImageAnnotations"]!["org.opencontainers.image.base.digest"]);
            Assert.Equal("kept", (string?)shown["ImageAnnotations"]!["note"]);

            // The base has two entries; the first one above them names it, and no other.
            string[] comments = [.. shown["OCIv1"]!["history"]!.AsArray().Skip(flags.Contains("--squash") ? 0 : 2).Select(entry => (string?)entry!["comment"] ?? "")];
            Assert.Equal("FROM localhost/base:latest", comments[0]);
            Assert.All(comments[1..], comment => Assert.Equal("", comment));
        }
    }

    [RequiresFact(All, "busybox")]
    public async Task A_base_that_is_given_by_its_ID_is_named_all_the_same()
    {
        using var sandbox = await WithBaseAsync("FROM other\nCOPY Dockerfile /1\n");
        var id = (await sandbox.BuildSharp.ReadAsync("images", "-q", "--no-trunc", "base"))["sha256:".Length..];
        await sandbox.BuildSharp.RunAsync("bud", "-t", "made", "--from", id, ".");
        Assert.Equal("localhost/base:latest", await AnnotationAsync(sandbox, "made", "org.opencontainers.image.base.name"));
        Assert.Equal("base-working-container", await sandbox.BuildSharp.ReadAsync("from", id));
    }

    [RequiresFact(All, "busybox")]
    public async Task An_image_that_inherits_no_annotations_does_not_name_its_base_and_is_found_again()
    {
        using var sandbox = await WithBaseAsync("FROM base\nCOPY Dockerfile /1\nCOPY Dockerfile /2\n");
        await sandbox.BuildSharp.RunAsync("bud", "--layers", "-t", "with", ".");
        string[] flags = ["bud", "--layers", "--inherit-annotations=false", "--created-annotation=false"];
        Assert.Equal(1, BuildCacheTests.Hits(await sandbox.BuildSharp.RunAsync([.. flags, "-t", "without", "."])));
        Assert.Equal("map[]", await sandbox.BuildSharp.ReadAsync("inspect", "--type", "image", "--format", "{{.ImageAnnotations}}", "without"));
        Assert.Equal(2, BuildCacheTests.Hits(await sandbox.BuildSharp.RunAsync([.. flags, "."])));
        Assert.Equal("localhost/base:latest", await AnnotationAsync(sandbox, "with", "org.opencontainers.image.base.name"));
    }

    private static Task<string> AnnotationAsync(Sandbox sandbox, string image, string key) =>
        sandbox.BuildSharp.ReadAsync("inspect", "--type", "image", "--format", $"{{{{index .ImageAnnotations \"{key}\"}}}}", image);

    // A base with an annotation and two entries of history.
    private static async Task<Sandbox> WithBaseAsync(string dockerfile)
    {
        var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        var container = await sandbox.BuildSharp.ReadAsync("from", "base");
        await sandbox.BuildSharp.RunAsync("config", "--annotation", "note=kept", container);
        await sandbox.BuildSharp.RunAsync("commit", "-q", "--rm", container, "base");
        sandbox.Write("Dockerfile", dockerfile);
        return sandbox;
    }
}
