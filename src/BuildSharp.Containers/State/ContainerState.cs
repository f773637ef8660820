using System.Text.Json;
using System.Text.Json.Nodes;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Json;
using BuildSharp.Storage.Records;

namespace BuildSharp.Containers.State;

/// <summary>The <c>buildah.json</c> of a working container (buildah, type Builder), compatible in both directions. Unknown fields are
/// kept.</summary>
internal sealed class ContainerState
{
    /// <summary>Marks a builder's container; tools compare it exactly.</summary>
    public const string TypeMark = "buildah 0.0.1";

    /// <summary>Name of the file in the container's directory.</summary>
    public const string FileName = "buildah.json";

    private const int SizeLimit = 64 << 20;
    private const int SmallFields = 12 << 10;

    private readonly JsonObject _json;
    private readonly string _path;
    private readonly int _readLength;
    private ImageConfig? _image;
    private BuildSettings? _settings;
    private byte[]? _baseConfig;
    private byte[]? _baseManifest;

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
        _json = json;
        _path = path;
        _readLength = readLength;
        Annotations = json.TextMap("annotations");
        PrependedEmptyLayers = json.HistoryOf("PrependedEmptyLayers");
        AppendedEmptyLayers = json.HistoryOf("AppendedEmptyLayers");
    }

    /// <summary>The config that a commit would write. Parsed on first use, because it is most of the document.</summary>
    /// <exception cref="BuildSharpException">The config is invalid.</exception>
    public ImageConfig Image { get => _image ??= ReadImage(); set => _image = value; }

    public Dictionary<string, string> Annotations { get; }

    public List<History> PrependedEmptyLayers { get; }

    public List<History> AppendedEmptyLayers { get; }

    public BuildSettings Settings { get => _settings ??= SettingsJson.Read(_json); set => _settings = value; }

    public string? FromImage { get => _json.OptionalText("image"); set => _json.SetOptional("image", value); }

    public string? FromImageId { get => _json.OptionalText("image-id"); set => _json["image-id"] = StateJson.ToValue(value ?? ""); }

    public string? FromImageDigest { get => _json.OptionalText("image-digest"); set => _json["image-digest"] = StateJson.ToValue(value ?? ""); }

    public string ContainerName { get => _json.Text("container-name"); set => _json.SetOptional("container-name", value); }

    public string ContainerId { get => _json.Text("container-id"); set => _json.SetOptional("container-id", value); }

    public string? MountPoint { get => _json.OptionalText("mountpoint"); set => _json.SetOptional("mountpoint", value); }

    public string? CreatedBy { get => _json.OptionalText("created-by"); set => _json.SetOptional("created-by", value); }

    public string? HistoryComment { get => _json.OptionalText("history-comment"); set => _json.SetOptional("history-comment", value); }

    public string? TopLayer { get => _json.OptionalText("TopLayer"); set => _json["TopLayer"] = StateJson.ToValue(value ?? ""); }

    public string Format { get => _json.OptionalText("Format") ?? MediaType.OciManifest; set => _json["Format"] = StateJson.ToValue(value); }

    /// <summary>Bytes of the base image's config; empty for scratch.</summary>
    public byte[] BaseConfig { get => _baseConfig ??= Bytes("config"); set => SetBytes("config", _baseConfig = value); }

    /// <summary>Bytes of the base image's manifest; empty for scratch.</summary>
    public byte[] BaseManifest { get => _baseManifest ??= Bytes("manifest"); set => SetBytes("manifest", _baseManifest = value); }

    /// <summary>A state with all the fields that buildah writes for a new container.</summary>
    public static ContainerState New(ImageConfig image) => new((JsonObject)JsonNode.Parse(NewDocument)!) { Image = image };

    /// <summary>Reads the state of a container; null when it has none or belongs to another tool.</summary>
    /// <param name="directory">The container's directory.</param>
    /// <exception cref="BuildSharpException">The file is invalid.</exception>
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
            // Another process removed the container meanwhile.
            return null;
        }
        catch (Exception e) when (e is JsonException or BuildSharpException or IOException or FormatException)
        {
            throw Damaged(path, e);
        }
    }

    /// <summary>Replaces the state in a container's directory atomically.</summary>
    /// <exception cref="BuildSharpException">The file cannot be written.</exception>
    public void Write(string directory) => AtomicFile.Replace(Path.Combine(directory, FileName), ToBytes().Span, durable: false);

    /// <summary>The document as JSON.</summary>
    public ReadOnlyMemory<byte> ToBytes()
    {
        if (Annotations.Count > 0)
        {
            _json["annotations"] = StateJson.ToMap(Annotations);
        }
        else
        {
            _json.Remove("annotations");
        }

        _json["PrependedEmptyLayers"] = StateJson.ToHistory(PrependedEmptyLayers);
        _json["AppendedEmptyLayers"] = StateJson.ToHistory(AppendedEmptyLayers);
        SettingsJson.Write(_json, Settings);

        _json.TryAdd("ociv1", null);
        _json.TryAdd("docker", null);

        // Estimated size: base config and manifest in base64, and two views of the config, each about as long as the base image's config.
        var known = _readLength > 0 ? _readLength : ((BaseConfig.Length + BaseManifest.Length) * 4 / 3) + (BaseConfig.Length * 3);
        return GoJson.ToMemory(known + SmallFields, Write);
    }

    private void Write(Utf8JsonWriter writer)
    {
        // Both views are written from the live config; the Docker view contains it a second time, as the container's own.
        var live = Image with { ContainerConfigSnapshot = null };
        writer.WriteStartObject();
        foreach (var (name, value) in _json)
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
                case "config" when _baseConfig is not null:
                    writer.WriteBase64StringValue(_baseConfig);
                    break;
                case "manifest" when _baseManifest is not null:
                    writer.WriteBase64StringValue(_baseManifest);
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

    // Read the Docker view, because it contains more than the OCI view.
    private ImageConfig ReadImage()
    {
        var view = _json["docker"] ?? _json["ociv1"];
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
            throw Damaged(_path, e);
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
        var text = _json.Text(name);
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length)
            ? bytes[..length]
            : throw Damaged(_path, new FormatException($"the field \"{name}\" is not base64"));
    }

    // Bytes are stored outside the JSON tree and inserted when the document is written.
    private void SetBytes(string name, byte[] value)
    {
        if (value.Length == 0)
        {
            _json.Remove(name);
        }
        else
        {
            _json[name] = null;
        }
    }
}
