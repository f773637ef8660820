using BuildSharp.Oci;
using BuildSharp.Transports;
using BuildSharp.Transports.ContainersStorage;

namespace BuildSharp.Cli.Commands;

/// <summary>Verbs of buildah and skopeo that we do not support: refusing them with a reason is clearer than "unknown command".</summary>
internal static class UnsupportedVerbs
{
    private const string OfSkopeo = "it is skopeo's; skopeo works on the same storage and layouts";

    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["mkcw"] = "images for confidential workloads are not made",
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

    /// <summary>The error for a verb that is known but not supported; null for any other word.</summary>
    public static BuildSharpException? Refusal(string word) =>
        Reasons.TryGetValue(word, out var reason) ? new BuildSharpException($"{word} is not supported yet: {reason}") : null;

    /// <summary>Hint to append to the error of <c>copy</c>, <c>inspect</c> or <c>delete</c> when a word that should name a container or
    /// local image has a transport: skopeo has verbs of the same names that take transports. Empty for any other word.</summary>
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
            // A malformed reference is an unknown name, without a hint.
            return "";
        }
    }
}
