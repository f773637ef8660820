namespace BuildSharp.Registry.Credentials;

/// <summary>Keys of auth files: <c>host[:port][/path]</c>, and addresses as Docker writes them (containers-auth.json(5)).</summary>
internal static class AuthKey
{
    /// <summary>Key under which Docker stores the credentials of Docker Hub.</summary>
    public const string DockerHubAddress = "https://index.docker.io/v1/";

    private const string DockerHub = "docker.io";

    /// <summary>Server part of a key.</summary>
    public static string HostOf(string key) => key.Split('/', 2)[0];

    /// <summary>The keys that apply to a repository, the most specific first.</summary>
    public static IEnumerable<string> Covering(string repository)
    {
        for (var key = repository; ; key = key[..key.LastIndexOf('/')])
        {
            yield return key;
            if (!key.Contains('/'))
            {
                yield break;
            }
        }
    }

    /// <summary>Whether a key of a file, which may be an address, names a server.</summary>
    public static bool Names(string key, string host) => Canonical(AddressHost(key)) == Canonical(host);

    // Without a scheme a path belongs to the key.
    private static string AddressHost(string key) =>
        key.IndexOf("://", StringComparison.Ordinal) is var scheme and >= 0 ? HostOf(key[(scheme + 3)..]) : key;

    private static string Canonical(string host) => host is "index.docker.io" or "registry-1.docker.io" ? DockerHub : host;
}
