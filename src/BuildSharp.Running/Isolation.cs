namespace BuildSharp.Running;

/// <summary>How a command is isolated from the host (<c>--isolation</c>, <c>BUILDAH_ISOLATION</c>).</summary>
public enum Isolation
{
    /// <summary><see cref="Oci"/> for root, <see cref="Rootless"/> in a user namespace.</summary>
    Default,

    /// <summary>An OCI runtime, such as runc.</summary>
    Oci,

    /// <summary>chroot without a runtime, for environments where a runtime cannot work.</summary>
    Chroot,

    /// <summary>An OCI runtime in our user namespace; the same as <see cref="Oci"/> without one.</summary>
    Rootless,
}

/// <summary>Parses isolation names.</summary>
public static class IsolationWords
{
    /// <summary>Parses <c>oci</c>, <c>chroot</c>, <c>rootless</c> or <c>default</c> in any case; empty text means the default.</summary>
    /// <exception cref="FormatException">The name is unknown.</exception>
    public static Isolation Parse(string text) => text.ToLowerInvariant() switch
    {
        "" or "default" => Isolation.Default,
        "oci" => Isolation.Oci,
        "chroot" => Isolation.Chroot,
        "rootless" => Isolation.Rootless,
        _ => throw new FormatException($"unrecognized isolation type \"{text}\": known are oci, chroot and rootless"),
    };
}
