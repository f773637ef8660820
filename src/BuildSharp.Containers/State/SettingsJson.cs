using System.Text.Json;
using System.Text.Json.Nodes;
using BuildSharp.Oci.Json;
using BuildSharp.Running;

namespace BuildSharp.Containers.State;

/// <summary>The settings for commands in a container's state.</summary>
internal static class SettingsJson
{
    public static BuildSettings Read(JsonObject json)
    {
        var common = json["CommonBuildOpts"] as JsonObject ?? [];
        return new BuildSettings
        {
            Isolation = (Isolation)Math.Clamp(json.Number("Isolation"), 0, 3),
            Namespaces = json["NamespaceOptions"] is JsonArray namespaces ? ReadNamespaces(namespaces) : NamespaceOption.Defaults,
            Network = (NetworkPolicy)Math.Clamp(json.Number("ConfigureNetwork"), 0, 2),
            Capabilities = json.Texts("Capabilities"),
            GroupAdd = json.Texts("GroupAdd"),
            Devices = json.Texts("DeviceSpecs"),
            CdiDirectory = json.OptionalText("CDIConfigDir"),
            Commands = new CommandOptions
            {
                AddHost = common.Texts("AddHost"),
                OmitHistory = common.Flag("OmitHistory"),
                CgroupParent = common.OptionalText("CgroupParent"),
                CpuPeriod = (ulong)Math.Max(0, common.Number("CPUPeriod")),
                CpuQuota = common.Number("CPUQuota"),
                CpuShares = (ulong)Math.Max(0, common.Number("CPUShares")),
                CpuSetCpus = common.OptionalText("CPUSetCPUs"),
                CpuSetMems = common.OptionalText("CPUSetMems"),
                HttpProxy = common.Flag("HTTPProxy"),
                Memory = common.Number("Memory"),
                MemorySwap = common.Number("MemorySwap"),
                DnsSearch = common.Texts("DNSSearch"),
                DnsServers = common.Texts("DNSServers"),
                DnsOptions = common.Texts("DNSOptions"),
                LabelOptions = common.Texts("LabelOpts"),
                NoHosts = common.Flag("NoHosts"),
                SeccompProfilePath = common.OptionalText("SeccompProfilePath"),
                ApparmorProfile = common.OptionalText("ApparmorProfile"),
                Masks = common.Texts("Masks"),
                Unmasks = common.Texts("Unmasks"),
                NoNewPrivileges = common.Flag("NoNewPrivileges"),
                ShmSize = common.Text("ShmSize"),
                Ulimit = common.Texts("Ulimit"),
                Volumes = common.Texts("Volumes"),
            },
        };
    }

    private static List<NamespaceOption> ReadNamespaces(JsonArray items)
    {
        var options = new List<NamespaceOption>();
        foreach (var item in items)
        {
            if (item is JsonObject option)
            {
                options.Add(new NamespaceOption(option.Text("Name"), option.Flag("Host"), option.OptionalText("Path")));
            }
        }

        return options;
    }

    public static void Write(JsonObject json, BuildSettings settings)
    {
        json.Take(writer =>
        {
            writer.WriteNumber("Isolation", (int)settings.Isolation);
            writer.WriteStartArray("NamespaceOptions");
            foreach (var option in settings.Namespaces)
            {
                writer.WriteStartObject();
                writer.WriteString("Name", option.Name);
                writer.WriteBoolean("Host", option.Host);
                writer.WriteString("Path", option.Path ?? "");
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteNumber("ConfigureNetwork", (int)settings.Network);
            writer.WriteList("Capabilities", settings.Capabilities);

            WriteNew(writer, json, "GroupAdd", settings.GroupAdd);
            WriteNew(writer, json, "DeviceSpecs", settings.Devices);
            if (settings.CdiDirectory is not null || json.ContainsKey("CDIConfigDir"))
            {
                writer.WriteString("CDIConfigDir", settings.CdiDirectory ?? "");
            }
        });
        if (json["CommonBuildOpts"] is not JsonObject common)
        {
            json["CommonBuildOpts"] = common = [];
        }

        common.Take(writer =>
        {
            WriteCommon(writer, settings.Commands);
            WriteNew(writer, common, "Masks", settings.Commands.Masks);
            WriteNew(writer, common, "Unmasks", settings.Commands.Unmasks);
            if (settings.Commands.NoNewPrivileges || common.ContainsKey("NoNewPrivileges"))
            {
                writer.WriteBoolean("NoNewPrivileges", settings.Commands.NoNewPrivileges);
            }
        });
    }

    private static void WriteCommon(Utf8JsonWriter writer, CommandOptions options)
    {
        writer.WriteList("AddHost", options.AddHost);
        writer.WriteBoolean("OmitHistory", options.OmitHistory);
        writer.WriteString("CgroupParent", options.CgroupParent ?? "");
        writer.WriteNumber("CPUPeriod", options.CpuPeriod);
        writer.WriteNumber("CPUQuota", options.CpuQuota);
        writer.WriteNumber("CPUShares", options.CpuShares);
        writer.WriteString("CPUSetCPUs", options.CpuSetCpus ?? "");
        writer.WriteString("CPUSetMems", options.CpuSetMems ?? "");
        writer.WriteBoolean("HTTPProxy", options.HttpProxy);
        writer.WriteNumber("Memory", options.Memory);
        writer.WriteList("DNSSearch", options.DnsSearch);
        writer.WriteList("DNSServers", options.DnsServers);
        writer.WriteList("DNSOptions", options.DnsOptions);
        writer.WriteListOrNull("LabelOpts", options.LabelOptions);
        writer.WriteNumber("MemorySwap", options.MemorySwap);
        writer.WriteBoolean("NoHosts", options.NoHosts);
        writer.WriteString("SeccompProfilePath", options.SeccompProfilePath ?? "");
        writer.WriteString("ApparmorProfile", options.ApparmorProfile ?? "");
        writer.WriteString("ShmSize", options.ShmSize);
        writer.WriteList("Ulimit", options.Ulimit);
        writer.WriteList("Volumes", options.Volumes);
    }

    // Older releases of buildah do not know these fields, so they are written only when they are set.
    private static void WriteNew(Utf8JsonWriter writer, JsonObject json, string name, IReadOnlyList<string> items)
    {
        if (items.Count > 0 || json.ContainsKey(name))
        {
            writer.WriteList(name, items);
        }
    }
}
