using BuildSharp.Notation;

namespace BuildSharp.Running;

/// <summary>A directory that is kept for later runs and builds (Dockerfile reference, "RUN --mount=type=cache").</summary>
public sealed record CacheMount : RunMount
{
    /// <summary>What caches are told apart by: the id, or the target as written.</summary>
    public required string Id { get; init; }

    /// <summary>Path in the cache; <c>/</c> for all of it.</summary>
    public string Source { get; init; } = "/";

    /// <summary>Directory that is the cache instead of one among the <see cref="RunRequest.CacheParent"/>'s: the root of a stage, or a
    /// named context; null for none.</summary>
    public string? Root { get; init; }

    /// <summary>How other runs may use the cache at the same time.</summary>
    public CacheSharing Sharing { get; init; }

    /// <summary>Permission bits of a new cache.</summary>
    public int Mode { get; init; }

    /// <summary>Owner of a new cache. Caches of different owners are different ones.</summary>
    public (uint Uid, uint Gid) Owner { get; init; }

    /// <summary>Whether to change the owner of the content to the command's user first, recursively (option <c>U</c>).</summary>
    public bool GivesToUser { get; init; }
}
