using System.Text.Json;
using System.Text.Json.Nodes;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Storage;

namespace BuildSharp.Containers.State;

/// <summary>A working container's <c>buildah.json</c> (storage.md §10.1), so that buildah can go on with our containers and we with
/// its. Fields unknown here are kept.</summary>
internal sealed class ContainerState
{
    /// <summary>The mark that tells a builder's container from others; checked exactly by all.</summary>
    public const string TypeMark = "buildah 0.0.1";

    /// <summary>Name of the file in the container's directory.</summary>
    public const string FileName = "buildah.json";

    private const int SizeLimit = 64 << 20;
    private const int SmallFields = 12 << 10;

    private readonly JsonObject json;
    private readonly string path;
    private readonly int readLength;
    private ImageConfig? image;
    private BuildSettings? settings;
    private byte[]? baseConfig;
    private byte[]? baseManifest;

    private static ReadOnlySpan<byte> NewDocument =>
        """
        {
          "Args": {},
          "type": "buildah 0.0.1",
          "image-id": "",
          "image-digest": "",
          "ociv1": null,
          "docker": null,
          "Isolation": 0,
          "NamespaceOptions": [],
          "ConfigureNetwork": 0,
          "CNIPluginPath": "",
          "CNIConfigDir": "",
          "IDMappingOptions": {
            "HostUIDMapping": true,
            "HostGIDMapping": true,
            "UIDMap": [],
            "GIDMap": [],
            "AutoUserNs": false,
            "AutoUserNsOpts": {
              "Size": 0,
              "InitialSize": 0,
              "PasswdFile": "",
              "GroupFile": "",
              "AdditionalUIDMappings": null,
              "AdditionalGIDMappings": null
            }
          },
          "Capabilities": [],
          "PrependedEmptyLayers": null,
          "AppendedEmptyLayers": null,
          "CommonBuildOpts": {
            "IdentityLabel": 0,
            "OmitTimestamp": false,
            "Secrets": [],
            "SSHSources": [],
            "OCIHooksDir": []
          },
          "TopLayer": "",
          "Format": "application/vnd.oci.image.manifest.v1+json",
          "TempVolumes": {},
          "ContentDigester": {},
          "Devices": []
        }
        """u8;

    private ContainerState(JsonObject json, string path = "", int readLength = 0)
    {
        this.json = json;
        this.path = path;
        this.readLength = readLength;
        Annotations = json.TextMap("annotations");
        PrependedEmptyLayers = json.HistoryOf("PrependedEmptyLayers");
        AppendedEmptyLayers = json.HistoryOf("AppendedEmptyLayers");
    }

    /// <summary>The config that a commit would write. Most of the document: read when it is asked for.</summary>
    /// <exception cref="BuildSharpException">It cannot be understood.</exception>
    public ImageConfig Image { get => image ??= ReadImage(); set => image = value; }

    public Dictionary<string, string> Annotations { get; }

    public List<History> PrependedEmptyLayers { get; }

    public List<History> AppendedEmptyLayers { get; }

    public BuildSettings Settings { get => settings ??= SettingsJson.Read(json); set => settings = value; }

    public string FromImage { get => json.Text("image"); set => json.SetOptional("image", value); }

    public string FromImageId { get => json.Text("image-id"); set => json["image-id"] = StateJson.ToValue(value); }

    public string FromImageDigest { get => json.Text("image-digest"); set => json["image-digest"] = StateJson.ToValue(value); }

    public string ContainerName { get => json.Text("container-name"); set => json.SetOptional("container-name", value); }

    public string ContainerId { get => json.Text("container-id"); set => json.SetOptional("container-id", value); }

    public string MountPoint { get => json.Text("mountpoint"); set => json.SetOptional("mountpoint", value); }

    public string CreatedBy { get => json.Text("created-by"); set => json.SetOptional("created-by", value); }

    public string HistoryComment { get => json.Text("history-comment"); set => json.SetOptional("history-comment", value); }

    public string TopLayer { get => json.Text("TopLayer"); set => json["TopLayer"] = StateJson.ToValue(value); }

    public string Format { get => json.Text("Format"); set => json["Format"] = StateJson.ToValue(value); }

    public string DefaultMountsFile { get => json.Text("defaultMountsFilePath"); set => json.SetOptional("defaultMountsFilePath", value); }

    /// <summary>Bytes of the base image's config; empty from scratch.</summary>
    public byte[] BaseConfig { get => baseConfig ??= Bytes("config"); set => SetBytes("config", baseConfig = value); }

    /// <summary>Bytes of the base image's manifest; empty from scratch.</summary>
    public byte[] BaseManifest { get => baseManifest ??= Bytes("manifest"); set => SetBytes("manifest", baseManifest = value); }

    /// <summary>A state with all the fields that buildah writes for a new container.</summary>
    public static ContainerState New(ImageConfig image) => new((JsonObject)JsonNode.Parse(NewDocument)!) { Image = image };

    /// <summary>Reads the state of a container; null when it has none or one of another tool.</summary>
    /// <param name="directory">The container's directory.</param>
    /// <exception cref="BuildSharpException">The file is there and cannot be understood.</exception>
    public static ContainerState? TryRead(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
            {
                return null;
            }

            if (file.Length > SizeLimit)
            {
                throw new BuildSharpException($"it has {file.Length:N0} bytes, more than {SizeLimit:N0} are not read");
            }

            if (FileDescriptor.TryReadAll(path) is not { } bytes)
            {
                return null;
            }

            UnambiguousJson.Require(bytes);
            return JsonNode.Parse(bytes) is JsonObject json && json.Text("type") == TypeMark ? new ContainerState(json, path, bytes.Length) : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Somebody removed the container since we looked.
            return null;
        }
        catch (Exception e) when (e is JsonException or BuildSharpException or IOException or FormatException)
        {
            throw Damaged(path, e);
        }
    }

    /// <summary>Writes the state into a container's directory: a reader sees the old file or the new one, whole.</summary>
    /// <exception cref="BuildSharpException">The disk refuses.</exception>
    public void Write(string directory) => AtomicFile.Replace(Path.Combine(directory, FileName), ToBytes().Span, durable: false);

    /// <summary>The document as it is written.</summary>
    public ReadOnlyMemory<byte> ToBytes()
    {
        if (Annotations.Count > 0)
        {
            json["annotations"] = StateJson.ToMap(Annotations);
        }
        else
        {
            json.Remove("annotations");
        }

        json["PrependedEmptyLayers"] = StateJson.ToHistory(PrependedEmptyLayers);
        json["AppendedEmptyLayers"] = StateJson.ToHistory(AppendedEmptyLayers);
        SettingsJson.Write(json, Settings);

        json.TryAdd("ociv1", null);
        json.TryAdd("docker", null);

        // Base config and manifest in base64, and two views of the config that are about as long as the base's.
        var known = readLength > 0 ? readLength : ((BaseConfig.Length + BaseManifest.Length) * 4 / 3) + (BaseConfig.Length * 3);
        return GoJson.ToMemory(known + SmallFields, Write);
    }

    private void Write(Utf8JsonWriter writer)
    {
        // The live config is the truth for both views; the Docker one repeats it as the container's own.
        var live = Image with { ContainerConfigSnapshot = null };
        writer.WriteStartObject();
        foreach (var (name, value) in json)
        {
            writer.WritePropertyName(name);
            switch (name)
            {
                case "ociv1":
                    live.WriteOci(writer);
                    break;
                case "docker":
                    live.WriteDocker(writer);
                    break;
                case "config" when baseConfig is not null:
                    writer.WriteBase64StringValue(baseConfig);
                    break;
                case "manifest" when baseManifest is not null:
                    writer.WriteBase64StringValue(baseManifest);
                    break;
                case var _ when value is null:
                    writer.WriteNullValue();
                    break;
                default:
                    value.WriteTo(writer);
                    break;
            }
        }

        writer.WriteEndObject();
    }

    // The Docker view says all that the OCI one does, and more.
    private ImageConfig ReadImage()
    {
        var view = json["docker"] ?? json["ociv1"];
        if (view is null)
        {
            return new ImageConfig();
        }

        try
        {
            using var document = JsonDocument.Parse(GoJson.ToBytes(writer => view.WriteTo(writer)));
            return ImageConfig.Parse(document.RootElement) with { ContainerConfigSnapshot = null };
        }
        catch (Exception e) when (e is JsonException or BuildSharpException or FormatException)
        {
            throw Damaged(path, e);
        }
    }

    private static DamagedContainerException Damaged(string path, Exception cause)
    {
        var problem = cause is JsonException { LineNumber: { } line, BytePositionInLine: { } position }
            ? $"not valid JSON at line {line + 1}, byte {position + 1}"
            : cause.Message;
        var container = Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(path)))!;
        return new($"{path} is damaged ({problem}); restore it, or remove its container with \"rm {container[..Math.Min(12, container.Length)]}\"", cause);
    }

    private byte[] Bytes(string name)
    {
        var text = json.Text(name);
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length)
            ? bytes[..length]
            : throw Damaged(path, new FormatException($"the field \"{name}\" is not base64"));
    }

    // The bytes themselves are kept beside the document and put into it when it is written.
    private void SetBytes(string name, byte[] value)
    {
        if (value.Length == 0)
        {
            json.Remove(name);
        }
        else
        {
            json[name] = null;
        }
    }
}
