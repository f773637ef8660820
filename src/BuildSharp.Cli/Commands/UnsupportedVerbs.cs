using BuildSharp.Oci;
using BuildSharp.Transports;

namespace BuildSharp.Cli.Commands;

/// <summary>Verbs of buildah and skopeo that are known by name, so that they are refused with a reason and not taken for misspelt ones.</summary>
internal static class UnsupportedVerbs
{
    private const string NoRegistries = "registries are not supported yet, so nothing needs credentials";
    private const string OfSkopeo = "it is skopeo's; skopeo works on the same storage and layouts";

    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["login"] = NoRegistries,
        ["logout"] = NoRegistries,
        ["mkcw"] = "images for confidential workloads are not made",
        ["prune"] = "\"rmi --prune\" removes images without a name that nothing uses",
        ["source"] = "source images are not made",
        ["unshare"] = "\"buildah unshare\" and \"podman unshare\" make a user namespace, in which all verbs work",
        ["generate-sigstore-key"] = OfSkopeo,
        ["list-tags"] = OfSkopeo,
        ["manifest-digest"] = OfSkopeo,
        ["skopeo"] = "run skopeo itself; it works on the same storage and layouts",
        ["standalone-sign"] = OfSkopeo,
        ["standalone-verify"] = OfSkopeo,
        ["sync"] = OfSkopeo,
    };

    /// <summary>The refusal of a verb that is known by name alone; null for any other word.</summary>
    public static BuildSharpException? Refusal(string word) =>
        Reasons.TryGetValue(word, out var reason) ? new BuildSharpException($"{word} is not supported yet: {reason}") : null;

    /// <summary>What to add to the failure of <c>copy</c>, <c>inspect</c> or <c>delete</c> when the word that should name a container or a
    /// local image is a place of an image: skopeo has verbs of these names that take places. Empty for any other word.</summary>
    public static string HintFor(string verb, string word)
    {
        try
        {
            return TransportTable.TryParse(word, out var place) && place is not StorageLocation
                ? $" ({word} is a place of an image; skopeo's {verb} takes those and is not supported yet)"
                : "";
        }
        catch (BuildSharpException)
        {
            // The word begins like a place and is none; then it is just an unknown name.
            return "";
        }
    }
}
