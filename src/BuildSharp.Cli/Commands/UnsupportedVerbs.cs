using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands;

/// <summary>Verbs of buildah and skopeo that we do not support: refusing them with a reason is clearer than "unknown command".</summary>
internal static class UnsupportedVerbs
{
    private const string OfSkopeo = "it is skopeo's; skopeo works on the same storage and layouts";

    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["mkcw"] = "images for confidential workloads are not made",
        ["source"] = "source images are not made",
        ["generate-sigstore-key"] = OfSkopeo,
        ["standalone-sign"] = OfSkopeo,
        ["standalone-verify"] = OfSkopeo,
    };

    /// <summary>The error for a verb that is known but not supported; null for any other word.</summary>
    public static BuildSharpException? Refusal(string word) =>
        Reasons.TryGetValue(word, out var reason) ? new BuildSharpException($"{word} is not supported yet: {reason}") : null;
}
