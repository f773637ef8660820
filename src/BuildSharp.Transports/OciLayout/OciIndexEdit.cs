using BuildSharp.Oci;

namespace BuildSharp.Transports.OciLayout;

/// <summary>Adds an image to the index of a layout, as containers/image does.</summary>
internal static class OciIndexEdit
{
    /// <summary>The index with the entry added. An older image of the same name keeps its entry but loses the name. An unnamed entry of the
    /// same manifest gets the name, so that there are not two entries.</summary>
    public static ImageIndex Put(ImageIndex index, Descriptor manifest, string? name)
    {
        var entry = name is null
            ? manifest
            : manifest with { Annotations = new Dictionary<string, string> { [OciImageName.Annotation] = name } };
        var entries = index.Manifests.Select(old => name is not null && NameOf(old) == name ? WithoutName(old) : old).ToList();
        var unnamed = entries.FindIndex(old => old.Digest == manifest.Digest && NameOf(old) is null);
        if (unnamed >= 0)
        {
            var kept = entries[unnamed].Annotations.Concat(entry.Annotations).ToDictionary();
            entries[unnamed] = entries[unnamed] with { Annotations = kept };
        }
        else
        {
            entries.Add(entry);
        }

        return index with { Manifests = entries };
    }

    private static string? NameOf(Descriptor entry) => entry.Annotations.GetValueOrDefault(OciImageName.Annotation);

    private static Descriptor WithoutName(Descriptor entry) =>
        entry with { Annotations = entry.Annotations.Where(pair => pair.Key != OciImageName.Annotation).ToDictionary() };
}
