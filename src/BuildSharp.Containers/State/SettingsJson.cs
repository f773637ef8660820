using System.Text.Json.Nodes;
using BuildSharp.Containers.Running;

namespace BuildSharp.Containers.State;

/// <summary>The part of a container's state that says how commands run in it.</summary>
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
            Commands = new CommandOptions
            {
                AddHost = common.Texts("AddHost"),
                OmitHistory = common.Flag("OmitHistory"),
                CgroupParent = common.Text("CgroupParent"),
                CpuPeriod = (ulong)Math.Max(0, common.Number("CPUPeriod")),
                CpuQuota = common.Number("CPUQuota"),
                CpuShares = (ulong)Math.Max(0, common.Number("CPUShares")),
                CpuSetCpus = common.Text("CPUSetCPUs"),
                CpuSetMems = common.Text("CPUSetMems"),
                HttpProxy = common.Flag("HTTPProxy"),
                Memory = common.Number("Memory"),
                MemorySwap = common.Number("MemorySwap"),
                DnsSearch = common.Texts("DNSSearch"),
                DnsServers = common.Texts("DNSServers"),
                DnsOptions = common.Texts("DNSOptions"),
                LabelOptions = common.Texts("LabelOpts"),
                NoHosts = common.Flag("NoHosts"),
                SeccompProfilePath = common.Text("SeccompProfilePath"),
                ApparmorProfile = common.Text("ApparmorProfile"),
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
                options.Add(new NamespaceOption(option.Text("Name"), option.Flag("Host"), option.Text("Path")));
            }
        }

        return options;
    }

    public static void Write(JsonObject json, BuildSettings settings)
    {
        json["Isolation"] = (int)settings.Isolation;
        json["NamespaceOptions"] = new JsonArray([.. settings.Namespaces.Select(item => (JsonNode)new JsonObject
        {
            ["Name"] = item.Name,
            ["Host"] = item.Host,
            ["Path"] = item.Path,
        })]);
        json["ConfigureNetwork"] = (int)settings.Network;
        json["Capabilities"] = StateJson.ToArray(settings.Capabilities);
        SetNew(json, "GroupAdd", settings.GroupAdd);
        SetNew(json, "DeviceSpecs", settings.Devices);

        if (json["CommonBuildOpts"] is not JsonObject common)
        {
            json["CommonBuildOpts"] = common = [];
        }

        var options = settings.Commands;
        common["AddHost"] = StateJson.ToArray(options.AddHost);
        common["OmitHistory"] = options.OmitHistory;
        common["CgroupParent"] = options.CgroupParent;
        common["CPUPeriod"] = options.CpuPeriod;
        common["CPUQuota"] = options.CpuQuota;
        common["CPUShares"] = options.CpuShares;
        common["CPUSetCPUs"] = options.CpuSetCpus;
        common["CPUSetMems"] = options.CpuSetMems;
        common["HTTPProxy"] = options.HttpProxy;
        common["Memory"] = options.Memory;
        common["DNSSearch"] = StateJson.ToArray(options.DnsSearch);
        common["DNSServers"] = StateJson.ToArray(options.DnsServers);
        common["DNSOptions"] = StateJson.ToArray(options.DnsOptions);
        common["LabelOpts"] = options.LabelOptions.Count == 0 ? null : StateJson.ToArray(options.LabelOptions);
        common["MemorySwap"] = options.MemorySwap;
        common["NoHosts"] = options.NoHosts;
        common["SeccompProfilePath"] = options.SeccompProfilePath;
        common["ApparmorProfile"] = options.ApparmorProfile;
        common["ShmSize"] = options.ShmSize;
        common["Ulimit"] = StateJson.ToArray(options.Ulimit);
        common["Volumes"] = StateJson.ToArray(options.Volumes);
    }

    // Debian's buildah does not know these; they appear only when there is something to say.
    private static void SetNew(JsonObject json, string name, IReadOnlyList<string> items)
    {
        if (items.Count > 0 || json.ContainsKey(name))
        {
            json[name] = StateJson.ToArray(items);
        }
    }
}
