using BuildSharp.Oci;

namespace BuildSharp.Transports;

/// <summary>Puts an image into a layout's index, as containers/image does.</summary>
internal static class OciIndexEdit
{
    /// <summary>The index with the entry. An older image of the same name stays, without the name; an unnamed entry of the same
    /// manifest takes the name instead of standing twice.</summary>
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
