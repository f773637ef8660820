using BuildSharp.Oci.Json;

namespace BuildSharp.Oci.Docker;

/// <summary>One image in the <c>manifest.json</c> of an archive that <c>docker save</c> writes.</summary>
public sealed record DockerArchiveItem
{
    private const int LongestManifest = 1 << 20;

    /// <summary>Name of the archive's file with the config.</summary>
    public required string Config { get; init; }

    /// <summary>Names with tags.</summary>
    public IReadOnlyList<string> RepoTags { get; init; } = [];

    /// <summary>Names of the archive's files with the layers, lowest first.</summary>
    public required IReadOnlyList<string> Layers { get; init; }

    /// <summary>Parses <c>manifest.json</c>.</summary>
    /// <param name="json">The content, at most 1 MiB.</param>
    /// <exception cref="BuildSharpException">The content is not such a file.</exception>
    public static IReadOnlyList<DockerArchiveItem> ParseManifest(ReadOnlySpan<byte> json) =>
        StrictJson.ReadList(json, LongestManifest, "manifest.json of the archive", fields => new DockerArchiveItem
        {
            Config = fields.RequiredString("Config"),
            RepoTags = fields.Strings("RepoTags"),
            Layers = fields.Strings("Layers"),
        });

    /// <summary>Writes <c>manifest.json</c>.</summary>
    public static byte[] WriteManifest(IEnumerable<DockerArchiveItem> items) => GoJson.ToBytes(writer =>
    {
        writer.WriteStartArray();
        foreach (var item in items)
        {
            writer.WriteStartObject();
            writer.WriteString("Config", item.Config);
            writer.WriteList("RepoTags", item.RepoTags);
            writer.WriteListOrNull("Layers", item.Layers);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    /// <summary>Writes <c>repositories</c>, for programs older than <c>manifest.json</c>.</summary>
    /// <param name="names">Names with tags.</param>
    /// <param name="topLayer">The <see cref="DockerLegacyLayer"/> id of the top layer.</param>
    public static byte[] WriteRepositories(IEnumerable<Reference> names, string topLayer) => GoJson.ToBytes(writer =>
    {
        writer.WriteStartObject();
        foreach (var repository in names.Where(name => name.Tag is not null).GroupBy(name => name.Name).OrderBy(group => group.Key, GoJson.KeyOrder))
        {
            writer.WriteStartObject(repository.Key);
            foreach (var tag in repository.Select(name => name.Tag!).Distinct().Order(GoJson.KeyOrder))
            {
                writer.WriteString(tag, topLayer);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    });
}
