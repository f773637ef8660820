using BuildSharp.Oci;
using BuildSharp.Storage.Configuration;

namespace BuildSharp.Transports.Trust;

/// <summary>Scopes of an image in a trust policy, the most specific first, without the empty scope, which covers a whole transport
/// (containers-policy.json(5), "Supported transports and their scopes").</summary>
internal static class PolicyScope
{
    /// <summary>Scopes of a file or directory: its path with links resolved, then each parent directory.</summary>
    public static IEnumerable<string> OfPath(string path)
    {
        for (var scope = RealPath.Of(path); scope is not (null or "/"); scope = Path.GetDirectoryName(scope))
        {
            yield return scope;
        }
    }

    /// <summary>Scopes of a name: with tag or digest, without them, each parent path, the host, and its parent domains as <c>*.domain</c>,
    /// without a port.</summary>
    public static IEnumerable<string> OfName(Reference name) => [name.ToString(), .. Above(name), .. Domains(name.Domain)];

    /// <summary>The name without tag and digest, then each parent path up to the host.</summary>
    public static IEnumerable<string> Above(Reference name)
    {
        var scope = name.Name;
        yield return scope;
        for (var slash = scope.LastIndexOf('/'); slash >= 0; slash = scope.LastIndexOf('/'))
        {
            scope = scope[..slash];
            yield return scope;
        }
    }

    /// <summary>Rejects a scope that no image of the transport can have.</summary>
    /// <exception cref="FormatException">The scope is malformed. Scopes of unknown transports are not checked.</exception>
    public static void Check(string transport, string scope)
    {
        var problem = (transport, scope) switch
        {
            (_, "") => null,
            ("oci" or "oci-archive" or "dir", "/") => "for all paths write \"\"",
            ("oci" or "oci-archive" or "dir", _) => scope.StartsWith('/') && Path.TrimEndingDirectorySeparator(Path.GetFullPath(scope)) == scope
                ? null : "an absolute path is needed, without . and .. and a slash at its end",
            ("docker-archive" or "tarball", _) => "such images have no scopes; only \"\" is possible",
            ("containers-storage", _) => IsStore(scope) ? null : "it begins with a store, as in [overlay@/var/lib/containers/storage]",
            _ => null,
        };
        if (problem is not null)
        {
            throw new FormatException($"invalid scope \"{scope}\" of transport {transport}: {problem}");
        }
    }

    private static bool IsStore(string scope) =>
        scope.StartsWith('[') && scope.IndexOf(']') is > 0 and var close && scope[1..close].Split('@', 2)[^1].StartsWith('/');

    private static IEnumerable<string> Domains(string host)
    {
        var domain = host.Split(':')[0];
        for (var dot = domain.IndexOf('.'); dot >= 0; dot = domain.IndexOf('.'))
        {
            domain = domain[(dot + 1)..];
            yield return "*." + domain;
        }
    }
}
