namespace BuildSharp.Running.Spec;

/// <summary>The OCI runtime-spec's <c>config.json</c> as typed values, with the properties that we use.</summary>
/// <remarks>The properties, and so the JSON, have the specification's order. The JSON omits empty lists and nulls, as the specification's
/// Go types do.</remarks>
internal sealed record RuntimeSpec
{
    public required SpecProcess Process { get; init; }

    /// <summary>Absolute path of the mounted root file system; never read-only in a build.</summary>
    public required string RootPath { get; init; }

    /// <summary>Hostname in a new UTS namespace; empty with the host's.</summary>
    public string Hostname { get; init; } = "";

    public IReadOnlyList<SpecMount> Mounts { get; init; } = [];

    public SpecHooks Hooks { get; init; } = new();

    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Sysctl { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<SpecDeviceRule> DeviceRules { get; init; } = [];

    public RunResources Resources { get; init; } = new();

    /// <summary>Path of the cgroup; null lets the runtime choose <c>/&lt;id&gt;</c> below its own.</summary>
    public string? CgroupsPath { get; init; }

    public IReadOnlyList<SpecNamespace> Namespaces { get; init; } = [];

    public IReadOnlyList<SpecDevice> Devices { get; init; } = [];

    /// <summary>Null for no filter.</summary>
    public SpecSeccomp? Seccomp { get; init; }

    public IReadOnlyList<string> MaskedPaths { get; init; } = [];

    public IReadOnlyList<string> ReadonlyPaths { get; init; } = [];
}

internal sealed record SpecProcess
{
    public bool Terminal { get; init; }

    /// <summary>Initial size of the terminal; the runtime copies ours only after the command has started.</summary>
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

/// <summary>User and groups as numbers; <see cref="AdditionalGids"/> starts with the primary group.</summary>
internal sealed record SpecUser(uint Uid, uint Gid, IReadOnlyList<uint> AdditionalGids);

/// <summary>Capability names with <c>CAP_</c>, in the kernel's order. The inheritable and ambient sets are always empty.</summary>
internal sealed record SpecCapabilities(
    IReadOnlyList<string> Bounding, IReadOnlyList<string> Effective, IReadOnlyList<string> Permitted);

/// <summary>A resource limit with its <c>RLIMIT_</c> name; <see cref="ulong.MaxValue"/> means unlimited.</summary>
internal sealed record SpecRlimit(string Type, ulong Soft, ulong Hard);

internal sealed record SpecMount(string Destination, string Type, string Source, IReadOnlyList<string> Options);

/// <summary>A namespace: new without a path, else joined.</summary>
internal sealed record SpecNamespace(string Type, string? Path = null);

/// <summary>A device node to create; <see cref="Type"/> is <c>c</c>, <c>b</c> or <c>p</c>.</summary>
internal sealed record SpecDevice(string Path, string Type, long Major, long Minor, uint FileMode, uint Uid, uint Gid);

/// <summary>A rule of the device cgroup; null matches everything.</summary>
internal sealed record SpecDeviceRule(bool Allow, string Access, string? Type = null, long? Major = null, long? Minor = null);
