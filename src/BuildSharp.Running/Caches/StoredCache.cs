namespace BuildSharp.Running.Caches;

/// <summary>A cache of <c>RUN --mount=type=cache</c> on this machine.</summary>
/// <param name="Name">Name of its directory: 16 hexadecimal digits, for a further private one followed by <c>-</c> and a number.</param>
/// <param name="Id">Its id, which is the target of the mount unless that says another; null for a cache that only buildah has used.</param>
/// <param name="Owner">Owner of its directory.</param>
/// <param name="Mode">Permission bits of its directory.</param>
/// <param name="LastUse">When a command last used it; of a cache that only buildah has used, when an entry of its directory last
/// changed.</param>
public sealed record StoredCache(string Name, string? Id, (uint Uid, uint Gid) Owner, int Mode, DateTimeOffset LastUse);
