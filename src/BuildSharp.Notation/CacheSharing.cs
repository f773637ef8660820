namespace BuildSharp.Notation;

/// <summary>How a cache mount is used by concurrent builds (Dockerfile reference, "RUN --mount=type=cache").</summary>
public enum CacheSharing
{
    /// <summary>All builds use the cache at the same time.</summary>
    Shared,

    /// <summary>A build gets a new cache if the existing one is in use.</summary>
    Private,

    /// <summary>A build waits until the cache is free.</summary>
    Locked,
}
