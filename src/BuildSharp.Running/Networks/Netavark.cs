using System.Net;
using System.Text.Json;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running.Spec;

namespace BuildSharp.Running.Networks;

/// <summary>Calls netavark, which connects a network namespace to root's networks.</summary>
/// <param name="program">Absolute path of the program.</param>
/// <param name="request">Settings and the caller's PATH.</param>
internal sealed class Netavark(string program, RunRequest request)
{
    /// <summary>Name of the program.</summary>
    public const string Program = "netavark";

    private const string RunDirectory = "/run/containers/networks";
    private const int LargestAnswer = 1 << 20;

    /// <summary>Waits until no other program changes root's networks: netavark itself does not, and the last container of a network takes
    /// its bridge down.</summary>
    /// <param name="settings">Where podman before 5.0 keeps its lock.</param>
    public static async Task<IDisposable> LockAsync(NetworkSettings settings) => await Task.Run(() =>
    {
        var former = Path.Combine(settings.DefinitionDirectory, "netavark.lock");
        Directory.CreateDirectory("/run/lock");
        return new Turn([FileLock.Acquire("/run/lock/netavark.lock", exclusive: true), .. File.Exists(former) ? [FileLock.Acquire(former, exclusive: true)] : (FileLock[])[]]);
    }).ConfigureAwait(false);

    /// <summary>Connects a namespace. The caller holds the lock.</summary>
    /// <param name="bundle">Has the options, and gets netavark's output.</param>
    /// <param name="space">Path of the namespace.</param>
    /// <param name="networks">The networks of the options.</param>
    /// <exception cref="BuildSharpException">netavark fails.</exception>
    public async Task<NetworkFacts> ConnectAsync(string bundle, string space, IReadOnlyList<NetworkDefinition> networks)
    {
        var (status, answer) = await RunAsync(bundle, "setup", space).ConfigureAwait(false);
        return status == 0
            ? Facts(answer, networks)
            : throw new BuildSharpException(
                $"cannot set up the network {string.Join(',', networks.Select(network => network.Name))}: netavark: {Reason(answer, status)}; "
                + "netavark needs iptables or nftables and the kernel's bridge, veth and NAT; --network host does without");
    }

    /// <summary>Disconnects a namespace. The caller holds the lock.</summary>
    /// <returns>Why netavark failed; null when it did not.</returns>
    public async Task<string?> DisconnectAsync(string bundle, string space)
    {
        var (status, answer) = await RunAsync(bundle, "teardown", space).ConfigureAwait(false);
        return status == 0 ? null : Reason(answer, status);
    }

    private static string Reason(string answer, int status)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            return document.RootElement.GetProperty("error").GetString()!;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return answer.Trim() is { Length: > 0 } said ? said.ReplaceLineEndings(": ") : $"it ended with status {status}";
        }
    }

    private async Task<(int Status, string Answer)> RunAsync(string bundle, string verb, string space)
    {
        Directory.CreateDirectory(RunDirectory);
        var settings = request.Networking;
        List<string> arguments = ["--config", RunDirectory, "--rootless=false"];
        if (settings.Find("aardvark-dns", request.SearchPath) is { } aardvark)
        {
            arguments.AddRange(["--aardvark-binary", aardvark]);
        }

        arguments.AddRange([verb, space]);
        request.Debug?.Report($"running {CommandText.Of([program, .. arguments])}");

        // Files rather than pipes: aardvark-dns, which netavark starts, outlives it.
        var output = Path.Combine(bundle, verb);
        using (var input = File.OpenHandle(NetavarkOptions.FileIn(bundle)))
        using (var written = File.OpenHandle(output, FileMode.Create, FileAccess.Write, FileShare.ReadWrite))
        {
            var process = ChildProcess.Start(
                program, arguments, Variables(settings), [ChildStream.To(input), ChildStream.To(written), ChildStream.To(written)], enter: null, isApart: true);
            return (await process.Ended.ConfigureAwait(false), ReadAnswer(output));
        }
    }

    // netavark runs iptables, which is in /usr/sbin.
    private List<string> Variables(NetworkSettings settings) =>
    [
        $"PATH={request.SearchPath}:{ProcessEnvironment.DefaultPath}",
        .. settings.FirewallDriver is { } driver ? [$"NETAVARK_FW={driver}"] : (string[])[],
    ];

    private static string ReadAnswer(string path)
    {
        using var reader = new StreamReader(path);
        var text = new char[LargestAnswer];
        return new string(text, 0, reader.ReadBlock(text));
    }

    private static NetworkFacts Facts(string answer, IReadOnlyList<NetworkDefinition> networks)
    {
        var addresses = new List<IPAddress>();
        var gateways = new List<IPAddress>();
        var servers = new List<string>();
        try
        {
            using var document = JsonDocument.Parse(answer[answer.IndexOf('{')..]);
            foreach (var network in networks)
            {
                var status = document.RootElement.GetProperty(network.Name);
                servers.AddRange(Texts(status, "dns_server_ips"));
                foreach (var subnet in status.GetProperty("interfaces").EnumerateObject().SelectMany(device => Items(device.Value, "subnets")))
                {
                    addresses.Add(IPNetworkAddress(subnet.GetProperty("ipnet").GetString()!));
                    if (network.IsBridge && subnet.TryGetProperty("gateway", out var gateway) && gateway.GetString() is { } text)
                    {
                        gateways.Add(IPAddress.Parse(text));
                    }
                }
            }
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentOutOfRangeException)
        {
            throw new BuildSharpException($"cannot set up the network {networks[0].Name}: the answer of netavark is not understood: {error.Message}", error);
        }

        return new NetworkFacts
        {
            Address = Best(addresses),
            HostAddress = Best(gateways),
            NameServers = servers,
            HasIPv6 = addresses.Exists(IsIPv6),
        };
    }

    private static IEnumerable<JsonElement> Items(JsonElement json, string name) =>
        json.TryGetProperty(name, out var items) && items.ValueKind == JsonValueKind.Array ? items.EnumerateArray() : [];

    private static IEnumerable<string> Texts(JsonElement json, string name) => Items(json, name).Select(item => item.GetString()!);

    private static IPAddress IPNetworkAddress(string text) => IPAddress.Parse(text.AsSpan(0, text.IndexOf('/')));

    private static string? Best(List<IPAddress> addresses) => (addresses.Find(address => !IsIPv6(address)) ?? addresses.FirstOrDefault())?.ToString();

    private static bool IsIPv6(IPAddress address) => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;

    private sealed class Turn(IReadOnlyList<FileLock> locks) : IDisposable
    {
        public void Dispose()
        {
            foreach (var taken in locks)
            {
                taken.Dispose();
            }
        }
    }
}
