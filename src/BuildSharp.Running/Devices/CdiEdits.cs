using BuildSharp.Running.Spec;

namespace BuildSharp.Running.Devices;

/// <summary>What a CDI device adds to a container (CDI specification, "containerEdits").</summary>
internal sealed record CdiEdits
{
    /// <summary>Variables, as <c>NAME=value</c>.</summary>
    public IReadOnlyList<string> Env { get; init; } = [];

    public IReadOnlyList<CdiNode> Nodes { get; init; } = [];

    public IReadOnlyList<SpecMount> Mounts { get; init; } = [];

    /// <summary>Hooks with the runtime-spec's names of their stages.</summary>
    public IReadOnlyList<(string Stage, SpecHook Hook)> Hooks { get; init; } = [];

    public CdiEdits And(CdiEdits more) => new()
    {
        Env = [.. Env, .. more.Env],
        Nodes = [.. Nodes, .. more.Nodes],
        Mounts = [.. Mounts, .. more.Mounts],
        Hooks = [.. Hooks, .. more.Hooks],
    };
}

/// <summary>A device node; a null property is that of the host's node.</summary>
internal sealed record CdiNode(
    string Path, string? HostPath, string? Type, long? Major, long? Minor, uint? FileMode, string Permissions, uint? Uid, uint? Gid)
{
    /// <summary>The same as a device of the host.</summary>
    public DeviceRequest OnHost => new(HostPath ?? Path, Path, Permissions);
}
