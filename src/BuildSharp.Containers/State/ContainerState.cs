using System.Text.Json;
using System.Text.Json.Nodes;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Storage;

namespace BuildSharp.Containers.State;

/// <summary>A working container's <c>buildah.json</c> (buildah, type Builder), so that buildah can go on with our containers and we with
/// its. Fields unknown here are kept.</summary>
internal sealed class ContainerState
{
    /// <summary>The mark that tells a builder's container from others; checked exactly by all.</summary>
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

    /// <summary>The config that a commit would write. Most of the document: read when it is asked for.</summary>
    /// <exception cref="BuildSharpException">It cannot be understood.</exception>
    public ImageConfig Image { get => _image ??= ReadImage(); set => _image = value; }

    public Dictionary<string, string> Annotations { get; }

    public List<History> PrependedEmptyLayers { get; }

    public List<History> AppendedEmptyLayers { get; }

    public BuildSettings Settings { get => _settings ??= SettingsJson.Read(_json); set => _settings = value; }

    public string FromImage { get => _json.Text("image"); set => _json.SetOptional("image", value); }

    public string FromImageId { get => _json.Text("image-id"); set => _json["image-id"] = StateJson.ToValue(value); }

    public string FromImageDigest { get => _json.Text("image-digest"); set => _json["image-digest"] = StateJson.ToValue(value); }

    public string ContainerName { get => _json.Text("container-name"); set => _json.SetOptional("container-name", value); }

    public string ContainerId { get => _json.Text("container-id"); set => _json.SetOptional("container-id", value); }

    public string MountPoint { get => _json.Text("mountpoint"); set => _json.SetOptional("mountpoint", value); }

    public string CreatedBy { get => _json.Text("created-by"); set => _json.SetOptional("created-by", value); }

    public string HistoryComment { get => _json.Text("history-comment"); set => _json.SetOptional("history-comment", value); }

    public string TopLayer { get => _json.Text("TopLayer"); set => _json["TopLayer"] = StateJson.ToValue(value); }

    public string Format { get => _json.Text("Format"); set => _json["Format"] = StateJson.ToValue(value); }

    public string DefaultMountsFile { get => _json.Text("defaultMountsFilePath"); set => _json.SetOptional("defaultMountsFilePath", value); }

    /// <summary>Bytes of the base image's config; empty from scratch.</summary>
    public byte[] BaseConfig { get => _baseConfig ??= Bytes("config"); set => SetBytes("config", _baseConfig = value); }

    /// <summary>Bytes of the base image's manifest; empty from scratch.</summary>
    public byte[] BaseManifest { get => _baseManifest ??= Bytes("manifest"); set => SetBytes("manifest", _baseManifest = value); }

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

        // Base config and manifest in base64, and two views of the config that are about as long as the base's.
        var known = _readLength > 0 ? _readLength : ((BaseConfig.Length + BaseManifest.Length) * 4 / 3) + (BaseConfig.Length * 3);
        return GoJson.ToMemory(known + SmallFields, Write);
    }

    private void Write(Utf8JsonWriter writer)
    {
        // The live config is the truth for both views; the Docker one repeats it as the container's own.
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

    // The Docker view says all that the OCI one does, and more.
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

    // The bytes themselves are kept beside the document and put into it when it is written.
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
