using System.Security.Cryptography;
using System.Text.Json.Nodes;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests.Interop;

/// <summary>An image built here that has a bit of everything, and what can be read of it in <c>dir:</c> form.</summary>
internal static class InteropImage
{
    /// <summary>Builds <c>localhost/rich:1</c> on the base image: two layers with hard links, whiteouts, an opaque directory, a long name,
    /// owners, a sticky directory and an attribute.</summary>
    public static async Task BuildAsync(Sandbox sandbox)
    {
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("context/dir/b", "b");
        await sandbox.Named("bash").RunAsync("-ec", """
            cd context
            ln dir/b dir/hard; ln -s b dir/soft; chmod 755 dir/b; setfattr -n user.note -v kept dir/b
            mkdir -p gone/deep; echo old > gone/deep/old; touch dir/$(printf 'n%.0s' {1..150})
            """);
        sandbox.Write("context/Dockerfile", """
            FROM base
            COPY --chown=1000:50 dir /dir
            COPY gone /gone
            RUN rm /bin/vi && rm -r /gone && mkdir /gone && echo new > /gone/new && mkdir -m 1777 /sticky
            CMD ["busybox", "cat", "/gone/new"]
            """);
        await sandbox.BuildSharp.RunAsync("bud", "-q", "--layers", "-t", "rich:1", "context");
    }

    /// <summary>Names and hashes of the layers in a <c>dir:</c>, each checked against its content, in the manifest's order.</summary>
    public static IReadOnlyList<string> LayersOf(string directory)
    {
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(directory, "manifest.json")))!;
        string[] digests = [.. manifest["layers"]!.AsArray().Select(layer => (string)layer!["digest"]!)];
        foreach (var digest in digests)
        {
            using var file = File.OpenRead(Path.Combine(directory, digest["sha256:".Length..]));
            Assert.Equal(digest, "sha256:" + Convert.ToHexStringLower(SHA256.HashData(file)));
        }
        return digests;
    }
}
