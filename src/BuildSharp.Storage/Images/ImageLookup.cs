using BuildSharp.Oci;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Images;

/// <summary>Finds an image by what a user types (buildah-pull(1)).</summary>
internal static class ImageLookup
{
    private const int ShortestPrefix = 3;

    internal static StoredImage? Find(RecordSet<StoredImage> set, string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        var id = text.StartsWith("sha256:", StringComparison.Ordinal) ? text["sha256:".Length..] : text;
        if (set.ById(id) is { } exact)
        {
            return exact;
        }

        if (set.ByName(text) is { } named)
        {
            return named;
        }

        if (Reference.TryParse(text, out var reference))
        {
            foreach (var candidate in Candidates(reference))
            {
                var found = candidate.Digest is { } digest
                    ? set.Items.FirstOrDefault(image => image.HasManifest(digest) && image.Names.Any(name => IsOf(name, candidate)))
                    : set.ByName(candidate.WithDefaultTag().ToString());
                if (found is not null)
                {
                    return found;
                }
            }
        }

        if (id.Length >= ShortestPrefix && !id.AsSpan().ContainsAnyExcept("0123456789abcdef"))
        {
            return set.ByPrefix(id) ?? (Digest.TryParse(text, out var manifest) ? set.Items.FirstOrDefault(image => image.HasManifest(manifest)) : null);
        }

        return null;
    }

    private static IEnumerable<Reference> Candidates(Reference reference) =>
        reference.IsShort ? [reference.InDomain("localhost"), reference.InDomain("docker.io")] : [reference.InDomain("docker.io")];

    private static bool IsOf(string name, Reference repository) =>
        Reference.TryParse(name, out var parsed) && parsed.Name == repository.Name;
}
