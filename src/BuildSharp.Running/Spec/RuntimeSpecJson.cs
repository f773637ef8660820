using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace BuildSharp.Running.Spec;

/// <summary>Writes a <see cref="RuntimeSpec"/> as <c>config.json</c> (OCI runtime-spec 1.0.2, config.md and config-linux.md).</summary>
internal static class RuntimeSpecJson
{
    public static byte[] Write(RuntimeSpec spec, bool indented = false)
    {
        // Only a runtime reads this file, so nothing but what JSON demands is escaped.
        var options = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = indented, NewLine = "\n" };
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        using (var writer = new Utf8JsonWriter(buffer, options))
        {
            JsonSerializer.Serialize(writer, Config(spec), RuntimeConfigContext.Default.RuntimeConfig);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static RuntimeConfig Config(RuntimeSpec spec) => new(
        "1.0.2",
        Process(spec.Process),
        new RootConfig(spec.RootPath),
        spec.Hostname.Length > 0 ? spec.Hostname : null,
        [.. spec.Mounts.Select(mount => new MountConfig(mount.Destination, mount.Type, mount.Source, OrNull(mount.Options)))],
        spec.Hooks.IsEmpty ? null : Hooks(spec.Hooks),
        OrNull(spec.Annotations),
        new LinuxConfig(
            OrNull(spec.Sysctl),
            Resources(spec),
            OrNull(spec.CgroupsPath),
            [.. spec.Namespaces.Select(space => new NamespaceConfig(space.Type, OrNull(space.Path)))],
            OrNull(spec.Devices),
            spec.Seccomp is { } seccomp ? Seccomp(seccomp) : null,
            OrNull(spec.MaskedPaths),
            OrNull(spec.ReadonlyPaths)));

    private static HooksConfig Hooks(SpecHooks hooks) => new(
        Hooks(hooks.Prestart), Hooks(hooks.CreateRuntime), Hooks(hooks.CreateContainer), Hooks(hooks.StartContainer), Hooks(hooks.Poststart), Hooks(hooks.Poststop));

    private static IReadOnlyList<HookConfig>? Hooks(IReadOnlyList<SpecHook> hooks) =>
        OrNull([.. hooks.Select(hook => new HookConfig(hook.Path, OrNull(hook.Args), OrNull(hook.Env), hook.Timeout))]);

    private static ProcessConfig Process(SpecProcess process) => new(
        process.Terminal ? true : null,
        process.ConsoleSize is var (rows, columns) ? new ConsoleSizeConfig(rows, columns) : null,
        process.User,
        OrNull(process.Args),
        OrNull(process.Env),
        process.Cwd,
        new CapabilitiesConfig(OrNull(process.Capabilities.Bounding), OrNull(process.Capabilities.Effective), OrNull(process.Capabilities.Permitted)),
        OrNull([.. process.Rlimits.Select(limit => new RlimitConfig(limit.Type, limit.Hard, limit.Soft))]),
        process.NoNewPrivileges ? true : null,
        OrNull(process.ApparmorProfile));

    private static ResourcesConfig Resources(RuntimeSpec spec)
    {
        var limits = spec.Resources;
        return new ResourcesConfig(
            [.. spec.DeviceRules.Select(rule => new DeviceRuleConfig(rule.Allow, OrNull(rule.Type), rule.Major, rule.Minor, rule.Access))],
            limits.Memory is null && limits.MemorySwap is null ? null : new MemoryConfig(limits.Memory, limits.MemorySwap),
            limits.HasCpuLimit
                ? new CpuConfig(limits.CpuShares, limits.CpuQuota, limits.CpuPeriod, OrNull(limits.CpusetCpus), OrNull(limits.CpusetMems))
                : null,
            limits.Pids is { } pids ? new PidsConfig(pids) : null);
    }

    private static SeccompConfig Seccomp(SpecSeccomp seccomp) => new(
        seccomp.DefaultAction,
        seccomp.DefaultErrnoRet,
        OrNull(seccomp.Architectures),
        OrNull(seccomp.Flags),
        [.. seccomp.Syscalls.Select(rule => new SyscallConfig(OrNull(rule.Names), rule.Action, rule.ErrnoRet, OrNull(
            [.. rule.Arguments.Select(argument => new ArgumentConfig(argument.Index, argument.Value, argument.ValueTwo == 0 ? null : argument.ValueTwo, argument.Op))])))]);

    // What is empty is left out, as the specification's Go types do it.
    private static string? OrNull(string? text) => text is { Length: > 0 } ? text : null;

    private static IReadOnlyList<T>? OrNull<T>(IReadOnlyList<T> list) => list.Count > 0 ? list : null;

    private static IReadOnlyDictionary<string, string>? OrNull(IReadOnlyDictionary<string, string> map) => map.Count > 0 ? map : null;
}
