using System.Net;
using System.Net.Sockets;
using System.Text;
using BuildSharp.Running.Networks;

namespace BuildSharp.Running.Files;

/// <summary>Content of the command's /etc/resolv.conf (resolv.conf(5)).</summary>
internal static class ResolverFile
{
    /// <summary>File with the real name servers when /etc/resolv.conf names only systemd-resolved's stub.</summary>
    public const string BehindSystemdStub = "/run/systemd/resolve/resolv.conf";

    private static readonly string[] PublicServers = ["8.8.8.8", "8.8.4.4", "2001:4860:4860::8888", "2001:4860:4860::8844"];

    /// <summary>Composes the file from the host's file and the request.</summary>
    /// <param name="request">Servers, search domains and options; empty ones are taken from the host's file.</param>
    /// <param name="host">Content of the host's file.</param>
    /// <param name="network">The network that is set up for the command; null when there is none.</param>
    /// <returns>The content; null to keep the image's file (<c>--dns none</c>).</returns>
    public static string? Compose(RunRequest request, string host, NetworkFacts? network = null)
    {
        if (request.DnsServers is ["none"])
        {
            return null;
        }

        var servers = request.DnsServers;
        if (servers.Count == 0)
        {
            var own = network?.NameServers ?? [];
            servers = own.Count > 0 && network is { KeepsHostServers: false } ? own : [.. own, .. HostServers(request, host, network)];
        }

        if (servers.Count == 0)
        {
            servers = PublicServers;
        }

        var search = request.DnsSearch switch
        {
            ["."] => [],
            { Count: > 0 } asked => asked,
            _ => Values(host, "search"),
        };
        var options = request.DnsOptions.Count > 0 ? request.DnsOptions : Values(host, "options");
        var text = new StringBuilder();
        AppendLine(text, "search", search);
        foreach (var server in servers)
        {
            AppendLine(text, "nameserver", [server]);
        }

        AppendLine(text, "options", options);
        return text.ToString();
    }

    /// <summary>Whether the file names only systemd-resolved's stub, which listens on the host's loopback address.</summary>
    public static bool IsSystemdStub(string text) => Values(text, "nameserver") is ["127.0.0.53"];

    // A loopback address in the container is not the host's.
    private static IEnumerable<string> HostServers(RunRequest request, string host, NetworkFacts? network) => Values(host, "nameserver").Where(server =>
        request.Network.IsHost || !IPAddress.TryParse(server.Split('%')[0], out var address)
        || !(IPAddress.IsLoopback(address) || (address.AddressFamily == AddressFamily.InterNetworkV6 && network is { HasIPv6: false })));

    private static void AppendLine(StringBuilder text, string keyword, IReadOnlyList<string> values)
    {
        if (values.Count > 0)
        {
            text.Append(keyword).Append(' ').AppendJoin(' ', values).Append('\n');
        }
    }

    // The last search or options line replaces earlier ones; name servers accumulate.
    private static IReadOnlyList<string> Values(string text, string keyword)
    {
        var values = new List<string>();
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 1 && words[0] == keyword)
            {
                if (keyword != "nameserver")
                {
                    values.Clear();
                }

                values.AddRange(keyword == "nameserver" ? words[1..2] : words[1..]);
            }
        }

        return values;
    }
}
