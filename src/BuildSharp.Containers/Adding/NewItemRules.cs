using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Adding;

/// <summary>Owners, modes and times of what is added (Dockerfile reference, ADD).</summary>
internal sealed record NewItemRules
{
    /// <summary>Owner of everything added; null keeps the sources' owners.</summary>
    public (uint Uid, uint Gid)? Owner { get; init; }

    /// <summary>Change of modes; null keeps them.</summary>
    public ModeChange? Mode { get; init; }

    /// <summary>Whether setuid and setgid are dropped.</summary>
    public bool StripSetIds { get; init; }

    /// <summary>Modification time of everything added, directories that had to be made included; null keeps the sources'.</summary>
    public Timestamp? ModifiedAt { get; init; }

    /// <summary>Owner of directories that have to be made on the way.</summary>
    public (uint Uid, uint Gid) OwnerOfParents => Owner ?? (0, 0);

    public (uint Uid, uint Gid) OwnerOf(in FileStatus status) => Owner ?? (status.Uid, status.Gid);

    /// <summary>The twelve permission bits that the item gets.</summary>
    public int ModeOf(in FileStatus status)
    {
        var mode = StripSetIds ? status.Mode & ~Octal.O6000 : status.Mode;
        return Mode?.Apply(mode, status.IsDirectory) ?? mode;
    }

    /// <summary>The source's time rounded to whole seconds, half up: what a tar between source and container would leave of it, and so
    /// what the other tools that share the store leave.</summary>
    public Timestamp TimeOf(in FileStatus status) =>
        ModifiedAt ?? new Timestamp(status.ModifiedSeconds + (status.ModifiedNanoseconds >= 500_000_000 ? 1 : 0));
}
