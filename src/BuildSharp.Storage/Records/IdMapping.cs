namespace BuildSharp.Storage;

/// <summary>A range of user or group ids in a container and outside.</summary>
/// <param name="ContainerId">First id inside.</param>
/// <param name="HostId">First id outside.</param>
/// <param name="Size">How many.</param>
public readonly record struct IdMapping(long ContainerId, long HostId, long Size);
