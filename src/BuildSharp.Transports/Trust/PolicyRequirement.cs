namespace BuildSharp.Transports.Trust;

/// <summary>What a policy asks of images before they are taken (containers-policy.json(5), "Policy requirements").</summary>
public enum PolicyRequirement
{
    /// <summary>Nothing.</summary>
    AcceptAnything,

    /// <summary>What no image fulfils.</summary>
    Reject,

    /// <summary>A signature with an OpenPGP key.</summary>
    SignedBy,

    /// <summary>A signature that Sigstore's tools make.</summary>
    SigstoreSigned,

    /// <summary>A signature of the base. No tool has ever accepted an image by it.</summary>
    SignedBaseLayer,
}
