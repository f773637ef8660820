using System.Net;
using System.Text.Json;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Running.Networks;

/// <summary>Definition of one of root's networks, in the form of netavark, which podman and buildah share.</summary>
internal sealed class NetworkDefinition
{
    private const int LargestFile = 1 << 20;

    private NetworkDefinition(JsonElement json, string file)
    {
        try
        {
            Json = json;
            Name = json.GetProperty("name").GetString()!;
            Id = json.GetProperty("id").GetString() is { Length: >= 12 } id && id.All(char.IsAsciiHexDigit) ? id : throw new FormatException("its id is not a hexadecimal number");
            IsBridge = json.GetProperty("driver").GetString() == "bridge";
            Device = json.TryGetProperty("network_interface", out var device) ? device.GetString() : null;
            LeasesAddresses = !json.TryGetProperty("ipam_options", out var ipam) || !ipam.TryGetProperty("driver", out var driver) || driver.GetString() is "host-local" or null;
            Subnets = json.TryGetProperty("subnets", out var subnets) && subnets.ValueKind == JsonValueKind.Array
                ? [.. subnets.EnumerateArray().Select(SubnetOf)] : [];
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new BuildSharpException($"{file}: it does not define a network: {error.Message}", error);
        }
    }

    /// <summary>The definition as netavark takes it.</summary>
    public JsonElement Json { get; }

    public string Name { get; }

    /// <summary>64 hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>Whether it is a bridge, whose gateway is this machine.</summary>
    public bool IsBridge { get; }

    /// <summary>Name of the bridge, or of the device that the network uses; null when it does not say.</summary>
    public string? Device { get; }

    /// <summary>Whether commands get addresses that we choose.</summary>
    public bool LeasesAddresses { get; }

    public IReadOnlyList<NetworkSubnet> Subnets { get; }

    /// <summary>Finds networks by name or by the first digits of their id.</summary>
    /// <param name="settings">Where definitions are, and the default network.</param>
    /// <param name="names">The names; none for the default network.</param>
    /// <exception cref="BuildSharpException">There is no such network, or its definition is invalid.</exception>
    public static IReadOnlyList<NetworkDefinition> Find(NetworkSettings settings, IReadOnlyList<string> names)
    {
        var all = Read(settings);
        return [.. (names.Count == 0 ? [settings.DefaultNetwork] : names).Distinct().Select(name =>
            all.Find(network => network.Name == name) ?? all.Find(network => network.Id.StartsWith(name, StringComparison.Ordinal))
            ?? throw new BuildSharpException($"unable to find network with name or ID {name}: network not found (in {settings.DefinitionDirectory})"))];
    }

    /// <summary>A definition from JSON.</summary>
    /// <param name="json">The object.</param>
    /// <param name="file">Where it is from, for messages.</param>
    /// <exception cref="BuildSharpException">It is not a definition.</exception>
    public static NetworkDefinition Of(JsonElement json, string file) => new(json.Clone(), file);

    private static List<NetworkDefinition> Read(NetworkSettings settings)
    {
        var all = new List<NetworkDefinition>();
        if (Directory.Exists(settings.DefinitionDirectory))
        {
            foreach (var file in Directory.EnumerateFiles(settings.DefinitionDirectory, "*.json").Order(StringComparer.Ordinal))
            {
                all.Add(Parse(ReadFile(file), file));
            }
        }

        if (!all.Exists(network => network.Name == settings.DefaultNetwork))
        {
            all.Add(Default(settings));
        }

        return all;
    }

    private static byte[] ReadFile(string file)
    {
        using var opened = FileDescriptor.TryOpenRegular(file) ?? throw new BuildSharpException($"reading the network {file}: it is not a file");
        var length = RandomAccess.GetLength(opened);
        if (length > LargestFile)
        {
            throw new BuildSharpException($"{file}: it does not define a network: {length} bytes are too many");
        }

        var content = new byte[length];
        return content[..FileDescriptor.Read(opened, content)];
    }

    private static NetworkDefinition Parse(byte[] text, string file)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return Of(document.RootElement, file);
        }
        catch (JsonException error)
        {
            throw new BuildSharpException($"{file}: it does not define a network: {error.Message}", error);
        }
    }

    // What podman has when no file defines its default network. The id belongs to the name; netavark derives the names of its rules from it.
    private static NetworkDefinition Default(NetworkSettings settings)
    {
        if (!IPNetwork.TryParse(settings.DefaultSubnet, out var subnet))
        {
            throw new BuildSharpException($"containers.conf: default_subnet \"{settings.DefaultSubnet}\" is not a subnet such as 10.88.0.0/16");
        }

        var gateway = AddressRange.First(subnet);
        var id = settings.DefaultNetwork == "podman"
            ? "2f259bab93aaaaa2542ba43ef33eb990d0999ee1b9924b557b7be53c0b7a1bb9"
            : Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(settings.DefaultNetwork)));
        var json = $$"""
            {"name":{{JsonText(settings.DefaultNetwork)}},"id":"{{id}}","driver":"bridge","network_interface":"podman0","created":"2022-01-01T00:00:00Z",
            "subnets":[{"subnet":"{{subnet}}","gateway":"{{gateway}}"}],"ipv6_enabled":{{(subnet.BaseAddress.GetAddressBytes().Length == 16 ? "true" : "false")}},
            "internal":false,"dns_enabled":false,"ipam_options":{"driver":"host-local"} }
            """;
        return Parse(System.Text.Encoding.UTF8.GetBytes(json), "the default network");
    }

    private static string JsonText(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    private static NetworkSubnet SubnetOf(JsonElement json)
    {
        IPAddress? Address(JsonElement from, string name) =>
            from.TryGetProperty(name, out var value) && value.GetString() is { Length: > 0 } text ? IPAddress.Parse(text) : null;
        var range = json.TryGetProperty("lease_range", out var given) && given.ValueKind == JsonValueKind.Object ? given : json;
        return new NetworkSubnet(
            IPNetwork.Parse(json.GetProperty("subnet").GetString()!), Address(json, "gateway"), Address(range, "start_ip"), Address(range, "end_ip"));
    }
}

/// <summary>A subnet of a network.</summary>
/// <param name="Addresses">Its addresses.</param>
/// <param name="Gateway">Address of the gateway; null when it has none.</param>
/// <param name="Lowest">Lowest address for containers; null for the subnet's.</param>
/// <param name="Highest">Highest address for containers; null for the subnet's.</param>
internal sealed record NetworkSubnet(IPNetwork Addresses, IPAddress? Gateway, IPAddress? Lowest, IPAddress? Highest);
