namespace BuildSharp.Registry.Configuration;

/// <summary>Finds the directory with the certificates of a server (containers-certs.d(5)).</summary>
public static class CertificateDirectories
{
    /// <summary>The first that exists of the user's, the machine's and Docker's; null when there is none.</summary>
    /// <param name="host">The server, <c>host[:port]</c>.</param>
    /// <param name="environment">Environment variables of the process.</param>
    public static string? Find(string host, IReadOnlyDictionary<string, string> environment) => Find(host, environment, "/");

    internal static string? Find(string host, IReadOnlyDictionary<string, string> environment, string systemRoot) =>
        new[]
        {
            UserConfiguration.Directory(environment),
            Path.Combine(systemRoot, "etc/containers"),
            Path.Combine(systemRoot, "usr/share/containers"),
            Path.Combine(systemRoot, "etc/docker"),
        }
        .OfType<string>().Select(directory => Path.Combine(directory, "certs.d", host)).FirstOrDefault(Directory.Exists);
}
