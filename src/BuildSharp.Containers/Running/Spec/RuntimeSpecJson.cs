using System.Text.Encodings.Web;
using System.Text.Json;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Running;

/// <summary>Writes a <see cref="RuntimeSpec"/> as <c>config.json</c> (OCI runtime-spec 1.0.2, config.md and config-linux.md).</summary>
internal static class RuntimeSpecJson
{
    // Only a runtime reads this file, so escaping for HTML is not needed.
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions Indented = Compact with { Indented = true, NewLine = "\n" };

    public static byte[] Write(RuntimeSpec spec, bool indented = false)
    {
        using var buffer = new MemoryStream(16 * 1024);
        using (var json = new Utf8JsonWriter(buffer, indented ? Indented : Compact))
        {
            json.WriteStartObject();
            json.WriteString("ociVersion", "1.0.2");
            WriteProcess(json, spec.Process);
            json.WriteStartObject("root");
            json.WriteString("path", spec.RootPath);
            json.WriteEndObject();
            if (spec.Hostname.Length > 0)
            {
                json.WriteString("hostname", spec.Hostname);
            }

            WriteMounts(json, spec.Mounts);
            json.WriteOptional("annotations", spec.Annotations);
            WriteLinux(json, spec);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteProcess(Utf8JsonWriter json, SpecProcess process)
    {
        json.WriteStartObject("process");
        if (process.Terminal)
        {
            json.WriteBoolean("terminal", true);
        }

        if (process.ConsoleSize is var (rows, columns))
        {
            json.WriteStartObject("consoleSize");
            json.WriteNumber("height", rows);
            json.WriteNumber("width", columns);
            json.WriteEndObject();
        }

        json.WriteStartObject("user");
        json.WriteNumber("uid", process.User.Uid);
        json.WriteNumber("gid", process.User.Gid);
        json.WriteStartArray("additionalGids");
        foreach (var gid in process.User.AdditionalGids)
        {
            json.WriteNumberValue(gid);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteOptional("args", process.Args);
        json.WriteOptional("env", process.Env);
        json.WriteString("cwd", process.Cwd);
        json.WriteStartObject("capabilities");
        json.WriteOptional("bounding", process.Capabilities.Bounding);
        json.WriteOptional("effective", process.Capabilities.Effective);
        json.WriteOptional("permitted", process.Capabilities.Permitted);
        json.WriteEndObject();
        if (process.Rlimits.Count > 0)
        {
            json.WriteStartArray("rlimits");
            foreach (var limit in process.Rlimits)
            {
                json.WriteStartObject();
                json.WriteString("type", limit.Type);
                json.WriteNumber("hard", limit.Hard);
                json.WriteNumber("soft", limit.Soft);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (process.NoNewPrivileges)
        {
            json.WriteBoolean("noNewPrivileges", true);
        }

        json.WriteOptional("apparmorProfile", process.ApparmorProfile);
        json.WriteEndObject();
    }

    private static void WriteMounts(Utf8JsonWriter json, IReadOnlyList<SpecMount> mounts)
    {
        json.WriteStartArray("mounts");
        foreach (var mount in mounts)
        {
            json.WriteStartObject();
            json.WriteString("destination", mount.Destination);
            json.WriteString("type", mount.Type);
            json.WriteString("source", mount.Source);
            json.WriteOptional("options", mount.Options);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteLinux(Utf8JsonWriter json, RuntimeSpec spec)
    {
        json.WriteStartObject("linux");
        json.WriteOptional("sysctl", spec.Sysctl);
        WriteResources(json, spec);
        json.WriteOptional("cgroupsPath", spec.CgroupsPath);
        json.WriteStartArray("namespaces");
        foreach (var space in spec.Namespaces)
        {
            json.WriteStartObject();
            json.WriteString("type", space.Type);
            json.WriteOptional("path", space.Path);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (spec.Devices.Count > 0)
        {
            json.WriteStartArray("devices");
            foreach (var device in spec.Devices)
            {
                json.WriteStartObject();
                json.WriteString("path", device.Path);
                json.WriteString("type", device.Type);
                json.WriteNumber("major", device.Major);
                json.WriteNumber("minor", device.Minor);
                json.WriteNumber("fileMode", device.FileMode);
                json.WriteNumber("uid", device.Uid);
                json.WriteNumber("gid", device.Gid);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (spec.Seccomp is { } seccomp)
        {
            WriteSeccomp(json, seccomp);
        }

        json.WriteOptional("maskedPaths", spec.MaskedPaths);
        json.WriteOptional("readonlyPaths", spec.ReadonlyPaths);
        json.WriteEndObject();
    }

    private static void WriteResources(Utf8JsonWriter json, RuntimeSpec spec)
    {
        json.WriteStartObject("resources");
        json.WriteStartArray("devices");
        foreach (var rule in spec.DeviceRules)
        {
            json.WriteStartObject();
            json.WriteBoolean("allow", rule.Allow);
            json.WriteOptional("type", rule.Type);
            WriteOptional(json, "major", rule.Major);
            WriteOptional(json, "minor", rule.Minor);
            json.WriteString("access", rule.Access);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        var limits = spec.Resources;
        if (limits.Memory is not null || limits.MemorySwap is not null)
        {
            json.WriteStartObject("memory");
            WriteOptional(json, "limit", limits.Memory);
            WriteOptional(json, "swap", limits.MemorySwap);
            json.WriteEndObject();
        }

        if (limits.HasCpuLimit)
        {
            json.WriteStartObject("cpu");
            WriteOptional(json, "shares", limits.CpuShares);
            WriteOptional(json, "quota", limits.CpuQuota);
            WriteOptional(json, "period", limits.CpuPeriod);
            json.WriteOptional("cpus", limits.CpusetCpus);
            json.WriteOptional("mems", limits.CpusetMems);
            json.WriteEndObject();
        }

        if (limits.Pids is { } pids)
        {
            json.WriteStartObject("pids");
            json.WriteNumber("limit", pids);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteSeccomp(Utf8JsonWriter json, SpecSeccomp seccomp)
    {
        json.WriteStartObject("seccomp");
        json.WriteString("defaultAction", seccomp.DefaultAction);
        WriteOptional(json, "defaultErrnoRet", seccomp.DefaultErrnoRet);
        json.WriteOptional("architectures", seccomp.Architectures);
        json.WriteOptional("flags", seccomp.Flags);
        json.WriteStartArray("syscalls");
        foreach (var rule in seccomp.Syscalls)
        {
            json.WriteStartObject();
            json.WriteOptional("names", rule.Names);
            json.WriteString("action", rule.Action);
            WriteOptional(json, "errnoRet", rule.ErrnoRet);
            if (rule.Arguments.Count > 0)
            {
                json.WriteStartArray("args");
                foreach (var argument in rule.Arguments)
                {
                    json.WriteStartObject();
                    json.WriteNumber("index", argument.Index);
                    json.WriteNumber("value", argument.Value);
                    if (argument.ValueTwo != 0)
                    {
                        json.WriteNumber("valueTwo", argument.ValueTwo);
                    }

                    json.WriteString("op", argument.Op);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }
}
