namespace BuildSharp.Transports.Trust;

/// <summary>What a policy requires of an image (containers-policy.json(5), "Policy requirements").</summary>
public enum PolicyRequirement
{
    /// <summary>Accepts every image.</summary>
    AcceptAnything,

    /// <summary>Rejects every image.</summary>
    Reject,

    /// <summary>A signature by an OpenPGP key.</summary>
    SignedBy,

    /// <summary>A Sigstore signature.</summary>
    SigstoreSigned,

    /// <summary>A signature of the base layer. containers/image parses this requirement but rejects every image with it.</summary>
    SignedBaseLayer,
}
