namespace BuildSharp.Containers.Running;

/// <summary>What a runtime is asked to run: the OCI runtime-spec's <c>config.json</c> in typed form, as far as we use it.</summary>
/// <remarks>Property order follows the specification, and so does the JSON. Empty lists and nulls are left out of the JSON, as the
/// specification's Go types do it.</remarks>
internal sealed record RuntimeSpec
{
    public required SpecProcess Process { get; init; }

    /// <summary>Absolute path of the mounted root filesystem; never read-only in a build.</summary>
    public required string RootPath { get; init; }

    /// <summary>Name inside a new UTS namespace; empty with the host's.</summary>
    public string Hostname { get; init; } = "";

    public IReadOnlyList<SpecMount> Mounts { get; init; } = [];

    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Sysctl { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<SpecDeviceRule> DeviceRules { get; init; } = [];

    public RunResources Resources { get; init; } = new();

    /// <summary>Null lets the runtime choose: <c>/&lt;id&gt;</c> below its own cgroup.</summary>
    public string? CgroupsPath { get; init; }

    public IReadOnlyList<SpecNamespace> Namespaces { get; init; } = [];

    public IReadOnlyList<SpecDevice> Devices { get; init; } = [];

    /// <summary>Null runs without a filter.</summary>
    public SpecSeccomp? Seccomp { get; init; }

    public IReadOnlyList<string> MaskedPaths { get; init; } = [];

    public IReadOnlyList<string> ReadonlyPaths { get; init; } = [];
}

internal sealed record SpecProcess
{
    public bool Terminal { get; init; }

    /// <summary>Size of the terminal from the start; the runtime copies ours too, but only after the command has begun.</summary>
    public (int Rows, int Columns)? ConsoleSize { get; init; }

    public required SpecUser User { get; init; }

    public required IReadOnlyList<string> Args { get; init; }

    public required IReadOnlyList<string> Env { get; init; }

    public required string Cwd { get; init; }

    public required SpecCapabilities Capabilities { get; init; }

    public IReadOnlyList<SpecRlimit> Rlimits { get; init; } = [];

    public bool NoNewPrivileges { get; init; }

    public string? ApparmorProfile { get; init; }
}

/// <summary>Numeric user of the process; <see cref="AdditionalGids"/> starts with the primary group.</summary>
internal sealed record SpecUser(uint Uid, uint Gid, IReadOnlyList<uint> AdditionalGids);

/// <summary>Capability names with <c>CAP_</c>, in the kernel's order. There is no inheritable and no ambient set.</summary>
internal sealed record SpecCapabilities(
    IReadOnlyList<string> Bounding, IReadOnlyList<string> Effective, IReadOnlyList<string> Permitted);

/// <summary>A limit by its <c>RLIMIT_</c> name; <see cref="ulong.MaxValue"/> is "unlimited".</summary>
internal sealed record SpecRlimit(string Type, ulong Soft, ulong Hard);

internal sealed record SpecMount(string Destination, string Type, string Source, IReadOnlyList<string> Options);

/// <summary>A namespace of the process: new without a path, joined with one.</summary>
internal sealed record SpecNamespace(string Type, string? Path = null);

/// <summary>A device node to be made; <see cref="Type"/> is <c>c</c>, <c>b</c> or <c>p</c>.</summary>
internal sealed record SpecDevice(string Path, string Type, long Major, long Minor, uint FileMode, uint Uid, uint Gid);

/// <summary>A rule of the device cgroup; nulls match everything.</summary>
internal sealed record SpecDeviceRule(bool Allow, string Access, string? Type = null, long? Major = null, long? Minor = null);
