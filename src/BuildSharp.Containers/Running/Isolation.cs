namespace BuildSharp.Containers.Running;

/// <summary>How a command is kept apart from the machine (<c>--isolation</c>, <c>BUILDAH_ISOLATION</c>).</summary>
public enum Isolation
{
    /// <summary>Whatever suits: <see cref="Oci"/> for root, <see cref="Rootless"/> in a user namespace.</summary>
    Default,

    /// <summary>An OCI runtime, such as runc.</summary>
    Oci,

    /// <summary>A changed root and little else, for places where a runtime cannot work.</summary>
    Chroot,

    /// <summary>An OCI runtime inside the user namespace that we are in; without one the same as <see cref="Oci"/>.</summary>
    Rootless,
}

/// <summary>Reads isolation as users write it.</summary>
public static class IsolationWords
{
    /// <summary>Reads <c>oci</c>, <c>chroot</c>, <c>rootless</c> or <c>default</c> in any case; empty is the default.</summary>
    /// <exception cref="FormatException">Any other word.</exception>
    public static Isolation Parse(string text) => text.ToLowerInvariant() switch
    {
        "" or "default" => Isolation.Default,
        "oci" => Isolation.Oci,
        "chroot" => Isolation.Chroot,
        "rootless" => Isolation.Rootless,
        _ => throw new FormatException($"unrecognized isolation type \"{text}\": known are oci, chroot and rootless"),
    };
}
