namespace BuildSharp.Oci;

/// <summary>Chooses the entry of an index for a platform, as containers/image does.</summary>
/// <remarks>Operating system, architecture and variant must match. With a variant wanted, the order of preference is: that variant, lower
/// ones of the architecture, no variant. Without: no variant, then any of the architecture. An OCI entry without platform comes last.
/// Nested indexes and unknown types are never chosen.</remarks>
public static class PlatformChoice
{
    /// <summary>Annotation that containers/image sets to <c>true</c> on entries whose layers are compressed with zstd.</summary>
    public const string ZstdAnnotation = "io.github.containers.compression.zstd";

    /// <summary>The entry for the <paramref name="wanted"/> platform.</summary>
    /// <exception cref="BuildSharpException">No entry matches.</exception>
    public static Descriptor Choose(ImageIndex index, Platform wanted)
    {
        var variants = WantedVariants(wanted);
        var best = index.Manifests
            .Select((entry, position) => (Entry: entry, Position: position, Rank: Rank(entry, wanted, variants)))
            .Where(candidate => MediaType.IsManifest(candidate.Entry.MediaType) && candidate.Rank < int.MaxValue)
            .OrderBy(candidate => candidate.Rank)
            .ThenBy(candidate => candidate.Entry.Annotations.GetValueOrDefault(ZstdAnnotation) == "true" ? 0 : 1)
            .ThenBy(candidate => candidate.Position)
            .Select(candidate => candidate.Entry)
            .FirstOrDefault();
        return best ?? throw new BuildSharpException($"no image for platform {wanted} in the index, which has {Offer(index)}");
    }

    /// <summary>Whether an image for one platform could be chosen from an index when another is wanted.</summary>
    /// <param name="offered">Platform of the image.</param>
    /// <param name="wanted">Platform to run on.</param>
    public static bool Serves(Platform offered, Platform wanted) =>
        offered.IsSameMachine(wanted) || Rank(offered, wanted, WantedVariants(wanted)) < int.MaxValue;

    private static int Rank(Descriptor entry, Platform wanted, IReadOnlyList<string> variants) =>
        entry.Platform is { } platform ? Rank(platform, wanted, variants) : variants.Count;

    private static int Rank(Platform platform, Platform wanted, IReadOnlyList<string> variants)
    {
        if (platform.Os != wanted.Os || platform.Architecture != wanted.Architecture)
        {
            return int.MaxValue;
        }

        for (var i = 0; i < variants.Count; i++)
        {
            if (variants[i] == (platform.Variant ?? ""))
            {
                return i;
            }
        }

        return int.MaxValue;
    }

    private static IReadOnlyList<string> WantedVariants(Platform wanted)
    {
        string[] table = wanted.Architecture switch
        {
            "arm" => ["v8", "v7", "v6", "v5"],
            "arm64" => ["v8"],
            _ => [],
        };
        if (wanted.Variant is not { } variant)
        {
            return ["", .. table];
        }

        var from = Array.IndexOf(table, variant);
        return from < 0 ? [variant, ""] : [.. table[from..], ""];
    }

    private static string Offer(ImageIndex index)
    {
        var platforms = index.Manifests.Select(entry => entry.Platform?.ToString() ?? entry.MediaType).Distinct().Take(20).ToList();
        return platforms.Count == 0 ? "no entries" : string.Join(", ", platforms);
    }
}
