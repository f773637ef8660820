using System.Text.Json;
using BuildSharp.Oci;
using BuildSharp.Running.Runtimes;

namespace BuildSharp.Running.Networks;

/// <summary>The options of one network namespace as netavark reads them, in a file of the bundle: for setup, for teardown, and for the sweep
/// after a killed build.</summary>
internal static class NetavarkOptions
{
    private const string Name = "network.json";

    public static string FileIn(string bundle) => Path.Combine(bundle, Name);

    /// <summary>Writes the file.</summary>
    /// <param name="bundle">The bundle, whose ID stands for the container.</param>
    /// <param name="networks">The networks, each with addresses in it.</param>
    public static void Write(Bundle bundle, IReadOnlyList<(NetworkDefinition Network, IReadOnlyList<string> Addresses)> networks)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text))
        {
            writer.WriteStartObject();
            writer.WriteString("container_id", bundle.Id);
            writer.WriteString("container_name", bundle.Id);
            writer.WriteStartObject("networks");
            foreach (var ((network, addresses), index) in networks.Select((entry, index) => (entry, index)))
            {
                writer.WriteStartObject(network.Name);
                writer.WriteString("interface_name", $"eth{index}");
                writer.WriteStartArray("static_ips");
                foreach (var address in addresses)
                {
                    writer.WriteStringValue(address);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            writer.WriteStartObject("network_info");
            foreach (var (network, _) in networks)
            {
                writer.WritePropertyName(network.Name);
                network.Json.WriteTo(writer);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        bundle.Write(Name, System.Text.Encoding.UTF8.GetString(text.ToArray()));
    }

    /// <summary>The networks and addresses in the file; null when the bundle has none, or an incomplete one, which netavark never got.</summary>
    public static IReadOnlyList<(NetworkDefinition Network, IReadOnlyList<string> Addresses)>? Read(string bundle)
    {
        if (!File.Exists(FileIn(bundle)))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(FileIn(bundle)));
            var given = document.RootElement.GetProperty("networks");
            return
            [
                .. document.RootElement.GetProperty("network_info").EnumerateObject().Select(entry => (
                    NetworkDefinition.Of(entry.Value, FileIn(bundle)),
                    (IReadOnlyList<string>)[.. given.GetProperty(entry.Name).GetProperty("static_ips").EnumerateArray().Select(address => address.GetString()!)])),
            ];
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or BuildSharpException)
        {
            return null;
        }
    }
}
