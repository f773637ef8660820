using BuildSharp.Linux;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Adding.Targets;

/// <summary>Owners, modes and times of added items (Dockerfile reference, ADD).</summary>
internal sealed record NewItemRules
{
    /// <summary>Owner of everything added; null keeps those of the sources.</summary>
    public (uint Uid, uint Gid)? Owner { get; init; }

    /// <summary>Change of modes; null keeps those of the sources.</summary>
    public ModeChange? Mode { get; init; }

    /// <summary>Whether to drop setuid and setgid.</summary>
    public bool StripSetIds { get; init; }

    /// <summary>Modification time of everything added, including created parent directories; null keeps those of the sources.</summary>
    public Timestamp? ModifiedAt { get; init; }

    /// <summary>Owner of parent directories that are created.</summary>
    public (uint Uid, uint Gid) OwnerOfParents => Owner ?? (0, 0);

    public (uint Uid, uint Gid) OwnerOf(in FileStatus status) => Owner ?? (status.Uid, status.Gid);

    /// <summary>Permission bits of the item, including setuid, setgid and sticky.</summary>
    public int ModeOf(in FileStatus status)
    {
        var mode = StripSetIds ? status.Mode & ~Octal.O6000 : status.Mode;
        return Mode?.Apply(mode, status.IsDirectory) ?? mode;
    }

    /// <summary>Time of the source, rounded to whole seconds, half up. In buildah a tar between source and container rounds the same way,
    /// so both tools produce the same tree.</summary>
    public Timestamp TimeOf(in FileStatus status) =>
        ModifiedAt ?? new Timestamp(status.ModifiedSeconds + (status.ModifiedNanoseconds >= 500_000_000 ? 1 : 0));
}
