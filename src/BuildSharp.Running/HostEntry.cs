using System.Net;

namespace BuildSharp.Running;

/// <summary>An entry for the command's /etc/hosts (<c>--add-host NAME[;NAME2]:IP</c>).</summary>
/// <param name="Names">One or more names.</param>
/// <param name="Address">IP address; null for the host's (<c>host-gateway</c>).</param>
public sealed record HostEntry(IReadOnlyList<string> Names, string? Address)
{
    /// <summary>Parses <c>NAME[;NAME2]:IP</c> or <c>NAME:host-gateway</c>.</summary>
    /// <exception cref="FormatException">The name or the address is missing or invalid.</exception>
    public static HostEntry Parse(string text)
    {
        var colon = text.IndexOf(':');
        var names = colon < 0 ? [] : text[..colon].Split(';', StringSplitOptions.RemoveEmptyEntries);
        if (names.Length == 0)
        {
            throw new FormatException($"invalid value for add-host: bad format for add-host: \"{text}\"");
        }

        var address = text[(colon + 1)..];
        if (address == "host-gateway")
        {
            return new HostEntry(names, null);
        }

        return IPAddress.TryParse(address.Trim('[', ']'), out var parsed)
            ? new HostEntry(names, parsed.ToString())
            : throw new FormatException($"invalid value for add-host: invalid IP address in add-host: \"{address}\"");
    }
}
