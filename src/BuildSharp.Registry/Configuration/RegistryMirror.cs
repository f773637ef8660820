using BuildSharp.Oci;

namespace BuildSharp.Registry.Configuration;

/// <summary>A <c>[[registry.mirror]]</c> table of registries.conf.</summary>
/// <param name="Location">Replaces the prefix of its registry.</param>
/// <param name="Insecure">Whether certificates need not be valid, and plain HTTP is allowed.</param>
/// <param name="Use">The names it is used for.</param>
public sealed record RegistryMirror(string Location, bool Insecure, MirrorUse Use)
{
    /// <summary>Whether the mirror is used for a name: one with a digest is not read by its tag.</summary>
    public bool Serves(Reference name) => Use switch
    {
        MirrorUse.DigestOnly => name.Digest is not null,
        MirrorUse.TagOnly => name.Digest is null,
        _ => true,
    };
}

/// <summary>The names that a mirror is used for (<c>pull-from-mirror</c>, <c>mirror-by-digest-only</c>).</summary>
public enum MirrorUse
{
    /// <summary>All names.</summary>
    All,

    /// <summary>Names with a digest.</summary>
    DigestOnly,

    /// <summary>Names without a digest.</summary>
    TagOnly,
}
