using BuildSharp.Oci;

namespace BuildSharp.Registry.Connections;

/// <summary>Rules for redirects (RFC 9110, section 15.4): only to http and https, never from https to http, at most ten.</summary>
/// <remarks>The runtime's own redirects are not used: they drop credentials even for the same server, and pass all other headers to any
/// server.</remarks>
public static class Redirection
{
    /// <summary>Maximum number of redirects that are followed for one request.</summary>
    public const int Most = 10;

    /// <summary>Where a response redirects to, possibly relative; null if it is no redirect.</summary>
    public static Uri? LocationOf(HttpResponseMessage response) =>
        (int)response.StatusCode is 301 or 302 or 303 or 307 or 308 ? response.Headers.Location : null;

    /// <summary>Address of the next request.</summary>
    /// <param name="at">Address of the redirected request.</param>
    /// <param name="location">Result of <see cref="LocationOf"/>.</param>
    /// <param name="followed">Number of redirects before this one.</param>
    /// <param name="attempt">What is attempted, for the message: "fetching https://host/file".</param>
    /// <exception cref="BuildSharpException">The redirect breaks a rule.</exception>
    public static Uri Next(Uri at, Uri location, int followed, string attempt)
    {
        var next = location.IsAbsoluteUri ? location : new Uri(at, location);
        if (next.Scheme is not ("http" or "https") || (at.Scheme == "https" && next.Scheme == "http"))
        {
            throw new BuildSharpException(
                $"{attempt}: the server leads to {Shown(next)}, which is not followed: only to http and https, and from https only to https");
        }

        return followed < Most
            ? next
            : throw new BuildSharpException($"{attempt}: more than {Most} redirections, the last to {Shown(next)}");
    }

    /// <summary>Whether both addresses have the same scheme, host and port, so that credentials for one may be sent to the other.</summary>
    public static bool IsSameOrigin(Uri one, Uri other) => one.Scheme == other.Scheme && one.Authority == other.Authority;

    /// <summary>A server's address for messages. Credentials are masked; the query is omitted, because it often holds a signature.</summary>
    public static string Shown(Uri address)
    {
        var text = AddressCredentials.Masked(address.OriginalString);
        return text.IndexOf('?') is var query and >= 0 ? text[..query] : text;
    }
}
