using System.Globalization;
using System.Net;

namespace BuildSharp.Registry.Connections;

/// <summary>The proxy of <c>http_proxy</c>, <c>https_proxy</c> and <c>no_proxy</c>, by the rules of Go
/// (<see href="https://pkg.go.dev/golang.org/x/net/http/httpproxy"/>), because users set the variables for Go programs: no proxy for this
/// machine itself; an entry of <c>no_proxy</c> is a domain including its subdomains, an address, a network such as <c>10.0.0.0/8</c>, or
/// <c>*</c>, each with an optional port.</summary>
/// <param name="environment">The caller's variables; names in lower or upper case.</param>
internal sealed class EnvironmentProxy(IReadOnlyDictionary<string, string> environment) : IWebProxy
{
    /// <inheritdoc/>
    public ICredentials? Credentials { get; set; } = new ProxyCredentials();

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) => GetProxy(host) is null;

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination)
    {
        var text = Variable(destination.Scheme == "https" ? "https_proxy" : "http_proxy");
        if (text.Length == 0 || destination.IsLoopback || IsExcepted(destination))
        {
            return null;
        }

        return Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}", UriKind.Absolute, out var proxy) ? proxy : null;
    }

    private string Variable(string name) =>
        environment.GetValueOrDefault(name.ToUpperInvariant()) is { Length: > 0 } upper ? upper : environment.GetValueOrDefault(name) ?? "";

    private bool IsExcepted(Uri destination) =>
        Variable("no_proxy").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Any(entry => Covers(entry, destination));

    private static bool Covers(string entry, Uri destination)
    {
        if (entry == "*")
        {
            return true;
        }

        var host = destination.IdnHost;
        if (IPNetwork.TryParse(entry, out var network))
        {
            return IPAddress.TryParse(host, out var inside) && network.Contains(inside);
        }

        if (IPAddress.TryParse(entry, out var one))
        {
            return IPAddress.TryParse(host, out var same) && same.Equals(one);
        }

        if (entry.LastIndexOf(':') is var colon and > 0
            && int.TryParse(entry.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            if (port != destination.Port)
            {
                return false;
            }

            entry = entry[..colon];
        }

        var domain = entry.TrimStart('*').TrimStart('.');
        return host.EndsWith($".{domain}", StringComparison.OrdinalIgnoreCase)
            || (entry[0] is not ('.' or '*') && host.Equals(domain, StringComparison.OrdinalIgnoreCase));
    }

    // The credentials are part of the proxy's URL.
    private sealed class ProxyCredentials : ICredentials
    {
        public NetworkCredential? GetCredential(Uri uri, string authType) => uri.UserInfo.Split(':', 2) is [{ Length: > 0 } user, .. var rest]
            ? new NetworkCredential(Uri.UnescapeDataString(user), Uri.UnescapeDataString(rest is [var password] ? password : ""))
            : null;
    }
}
