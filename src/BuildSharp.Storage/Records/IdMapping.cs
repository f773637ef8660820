namespace BuildSharp.Storage.Records;

/// <summary>A range of user or group ids in a user namespace and the matching range outside.</summary>
/// <param name="ContainerId">First id in the namespace.</param>
/// <param name="HostId">First id outside the namespace.</param>
/// <param name="Size">Number of ids.</param>
public readonly record struct IdMapping(long ContainerId, long HostId, long Size);
