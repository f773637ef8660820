using System.Text.Json.Serialization;

namespace BuildSharp.Running.Spec;

/// <summary><c>config.json</c> as the OCI runtime-spec lays it out; members in the order of the specification, nulls left out.</summary>
internal sealed record RuntimeConfig(
    string OciVersion, ProcessConfig Process, RootConfig Root, string? Hostname, IReadOnlyList<MountConfig> Mounts,
    HooksConfig? Hooks, IReadOnlyDictionary<string, string>? Annotations, LinuxConfig Linux);

internal sealed record ProcessConfig(
    bool? Terminal, ConsoleSizeConfig? ConsoleSize, SpecUser User, IReadOnlyList<string>? Args, IReadOnlyList<string>? Env, string Cwd,
    CapabilitiesConfig Capabilities, IReadOnlyList<RlimitConfig>? Rlimits, bool? NoNewPrivileges, string? ApparmorProfile);

internal sealed record ConsoleSizeConfig(int Height, int Width);

internal sealed record CapabilitiesConfig(IReadOnlyList<string>? Bounding, IReadOnlyList<string>? Effective, IReadOnlyList<string>? Permitted);

internal sealed record RlimitConfig(string Type, ulong Hard, ulong Soft);

internal sealed record RootConfig(string Path);

internal sealed record MountConfig(string Destination, string Type, string Source, IReadOnlyList<string>? Options);

internal sealed record HooksConfig(
    IReadOnlyList<HookConfig>? Prestart, IReadOnlyList<HookConfig>? CreateRuntime, IReadOnlyList<HookConfig>? CreateContainer,
    IReadOnlyList<HookConfig>? StartContainer, IReadOnlyList<HookConfig>? Poststart, IReadOnlyList<HookConfig>? Poststop);

internal sealed record HookConfig(string Path, IReadOnlyList<string>? Args, IReadOnlyList<string>? Env, int? Timeout);

internal sealed record LinuxConfig(
    IReadOnlyDictionary<string, string>? Sysctl, ResourcesConfig Resources, string? CgroupsPath, IReadOnlyList<NamespaceConfig> Namespaces,
    IReadOnlyList<SpecDevice>? Devices, SeccompConfig? Seccomp, IReadOnlyList<string>? MaskedPaths, IReadOnlyList<string>? ReadonlyPaths);

internal sealed record NamespaceConfig(string Type, string? Path);

internal sealed record ResourcesConfig(IReadOnlyList<DeviceRuleConfig> Devices, MemoryConfig? Memory, CpuConfig? Cpu, PidsConfig? Pids);

internal sealed record DeviceRuleConfig(bool Allow, string? Type, long? Major, long? Minor, string Access);

internal sealed record MemoryConfig(long? Limit, long? Swap);

internal sealed record CpuConfig(long? Shares, long? Quota, long? Period, string? Cpus, string? Mems);

internal sealed record PidsConfig(long Limit);

internal sealed record SeccompConfig(
    string DefaultAction, uint? DefaultErrnoRet, IReadOnlyList<string>? Architectures, IReadOnlyList<string>? Flags,
    IReadOnlyList<SyscallConfig> Syscalls);

internal sealed record SyscallConfig(IReadOnlyList<string>? Names, string Action, uint? ErrnoRet, IReadOnlyList<ArgumentConfig>? Args);

internal sealed record ArgumentConfig(uint Index, ulong Value, ulong? ValueTwo, string Op);

/// <summary>Serialises <see cref="RuntimeConfig"/> without reflection.</summary>
/// <remarks>It writes only, by generated code: describing the types first, as reading needs it, takes longer than the run of a short
/// command.</remarks>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Serialization, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RuntimeConfig))]
internal sealed partial class RuntimeConfigContext : JsonSerializerContext;
