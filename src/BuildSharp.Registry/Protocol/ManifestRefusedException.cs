using System.Net;
using BuildSharp.Oci;

namespace BuildSharp.Registry.Protocol;

/// <summary>A registry refused a manifest for what it is: many old registries take Docker's format only. The same image in another format
/// may be accepted.</summary>
public sealed class ManifestRefusedException : RegistryException
{
    private static readonly string[] Refusals = ["MANIFEST_INVALID", "TAG_INVALID", "UNSUPPORTED"];

    internal ManifestRefusedException(ManifestBlob manifest, RegistryException refusal)
        : base(refusal.Message, refusal.Status, refusal.Codes, isTransient: false, refusal) => Manifest = manifest;

    /// <summary>The manifest that was refused.</summary>
    public ManifestBlob Manifest { get; }

    // As in containers/image, which also counts TAG_INVALID: some registries answer so to a type that they do not know.
    internal static bool IsMeantBy(RegistryException refusal) => refusal.Status == HttpStatusCode.UnsupportedMediaType
        || (refusal.Status == HttpStatusCode.BadRequest && refusal.Codes.Any(Refusals.Contains));
}
