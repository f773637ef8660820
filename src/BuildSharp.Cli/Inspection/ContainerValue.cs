using System.Text;
using BuildSharp.Cli.Output;
using BuildSharp.Containers;
using BuildSharp.Oci;
using BuildSharp.Running;
using BuildSharp.Storage;
using BuildSharp.Storage.Records;

namespace BuildSharp.Cli.Inspection;

/// <summary>The output of <c>inspect</c>: one struct for containers and images, with the fields and order of buildah's <c>BuilderInfo</c>.
/// Other tools test <c>Type</c>.</summary>
internal static class ContainerValue
{
    private const string TypeMark = "buildah 0.0.1";

    /// <summary>A working container.</summary>
    public static GoValue Of(WorkingContainer container) => Of(new Facts
    {
        FromImage = container.FromImage ?? "",
        FromImageId = container.FromImageId ?? "",
        FromImageDigest = container.FromImageDigest ?? "",
        Config = Encoding.UTF8.GetString(container.BaseConfig.Span),
        Manifest = Encoding.UTF8.GetString(container.BaseManifest.Span),
        Container = container.Name,
        ContainerId = container.Id,
        MountPoint = container.MountPoint ?? "",
        Annotations = container.Annotations.AsReadOnly(),
        CreatedBy = container.CreatedBy ?? "",
        Image = container.Image,
        Settings = container.Settings,
        History = [.. container.Image.History, .. container.PrependedEmptyLayers, .. container.AppendedEmptyLayers],
    });

    /// <summary>An image, described as a container created from it.</summary>
    public static GoValue Of(Store store, StoredImage image)
    {
        var manifestBytes = store.Images.ReadData(image.Id, "manifest");
        var manifest = ImageManifest.Parse(manifestBytes);
        var configBytes = store.Images.ReadData(image.Id, manifest.Config.Digest.ToString());
        return Of(new Facts
        {
            FromImage = image.Names.FirstOrDefault() ?? "",
            FromImageId = image.Id,
            FromImageDigest = Digest.Sha256(manifestBytes).ToString(),
            Config = Encoding.UTF8.GetString(configBytes),
            Manifest = Encoding.UTF8.GetString(manifestBytes),
            Annotations = manifest.Annotations,
            Image = ImageConfig.Parse(configBytes),
            Settings = new BuildSettings { Capabilities = [] },
            History = ImageConfig.Parse(configBytes).History,
        });
    }

    private static GoValue Of(Facts facts) => new GoValue.Struct("buildah.BuilderInfo",
    [
        Text("Type", TypeMark),
        Text("FromImage", facts.FromImage),
        Text("FromImageID", facts.FromImageId),
        Text("FromImageDigest", facts.FromImageDigest),
        Field("GroupAdd", GoValue.TextsOrNone(facts.Settings.GroupAdd)),
        Text("Config", facts.Config),
        Text("Manifest", facts.Manifest),
        Text("Container", facts.Container),
        Text("ContainerID", facts.ContainerId),
        Text("MountPoint", facts.MountPoint),
        Text("ProcessLabel", ""),
        Text("MountLabel", ""),
        Field("ImageAnnotations", GoValue.TextMap(facts.Annotations.Count == 0 ? null : facts.Annotations)),
        Text("ImageCreatedBy", facts.CreatedBy),
        Field("OCIv1", OciConfigValue.Of(facts.Image)),
        Field("Docker", DockerConfigValue.Of(facts.Image)),
        Text("DefaultMountsFilePath", ""),
        Text("Isolation", facts.Settings.Isolation is Isolation.Default ? "oci" : facts.Settings.Isolation.ToString().ToLowerInvariant()),
        Field("NamespaceOptions", new GoValue.List([.. facts.Settings.Namespaces.Select(Namespace)]) { TypeName = "define.NamespaceOptions" }),
        Field("Capabilities", GoValue.TextsOrNone(facts.Settings.Capabilities)),
        Text("ConfigureNetwork", "Network" + facts.Settings.Network),
        Text("CNIPluginPath", ""),
        Text("CNIConfigDir", ""),
        Field("IDMappingOptions", Mappings()),
        Field("History", HistoryValue.Of(facts.History)),
        Field("Devices", new GoValue.List(null) { TypeName = "[]define.BuildahDevice" }),
        Field("DeviceSpecs", GoValue.Texts(facts.ContainerId.Length == 0 ? null : facts.Settings.Devices)),
        Text("CDIConfigDir", facts.Settings.CdiDirectory ?? ""),
    ]);

    private static GoValue Namespace(NamespaceOption option) => new GoValue.Struct("define.NamespaceOption",
    [
        Text("Name", option.Name),
        Field("Host", new GoValue.Bool(option.Host)),
        Text("Path", option.Path ?? ""),
    ]);

    private static GoValue Mappings() => new GoValue.Struct("define.IDMappingOptions",
    [
        Field("HostUIDMapping", new GoValue.Bool(true)),
        Field("HostGIDMapping", new GoValue.Bool(true)),
        Field("UIDMap", new GoValue.List([]) { TypeName = "[]specs.LinuxIDMapping" }),
        Field("GIDMap", new GoValue.List([]) { TypeName = "[]specs.LinuxIDMapping" }),
        Field("AutoUserNs", new GoValue.Bool(false)),
        Field("AutoUserNsOpts", new GoValue.Struct("types.AutoUserNsOptions",
        [
            Field("Size", new GoValue.Integer(0) { TypeName = "uint32" }),
            Field("InitialSize", new GoValue.Integer(0) { TypeName = "uint32" }),
            Text("PasswdFile", ""),
            Text("GroupFile", ""),
            Field("AdditionalUIDMappings", new GoValue.List(null) { TypeName = "[]idtools.IDMap" }),
            Field("AdditionalGIDMappings", new GoValue.List(null) { TypeName = "[]idtools.IDMap" }),
        ])),
    ]);

    private static GoField Text(string name, string value) => new(name, name, new GoValue.Text(value));

    private static GoField Field(string name, GoValue value) => new(name, name, value);

    private sealed record Facts
    {
        public required string FromImage { get; init; }

        public required string FromImageId { get; init; }

        public required string FromImageDigest { get; init; }

        public required string Config { get; init; }

        public required string Manifest { get; init; }

        public string Container { get; init; } = "";

        public string ContainerId { get; init; } = "";

        public string MountPoint { get; init; } = "";

        public required IReadOnlyDictionary<string, string> Annotations { get; init; }

        public string CreatedBy { get; init; } = "";

        public required ImageConfig Image { get; init; }

        public required BuildSettings Settings { get; init; }

        public IReadOnlyList<History> History { get; init; } = [];
    }
}
