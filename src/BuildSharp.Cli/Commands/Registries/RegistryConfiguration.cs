using BuildSharp.Oci;
using BuildSharp.Registry.Configuration;
using BuildSharp.Registry.Credentials;

namespace BuildSharp.Cli.Commands.Registries;

/// <summary>registries.conf, certificates and credentials as the flags and the environment of a command select them.</summary>
internal static class RegistryConfiguration
{
    /// <summary>Reads registries.conf.</summary>
    /// <exception cref="BuildSharpException">A file cannot be read or is invalid.</exception>
    public static RegistriesConf Read(Invocation call)
    {
        var configuration = RegistriesConf.Read(
            new RegistriesConfFiles(PathOf(call, "registries-conf"), PathOf(call, "registries-conf-dir")).Find(call.Surroundings.Environment));
        foreach (var note in configuration.Notes)
        {
            call.Log.Debug(note);
        }

        return configuration;
    }

    /// <summary>The servers of an image, with the TLS settings and certificates of the flags.</summary>
    public static RegistryEndpoints Endpoints(Invocation call, RegistryChoice choice, RegistriesConf configuration) => new(
        configuration, choice.TlsVerify,
        host => choice.CertificateDirectory ?? CertificateDirectories.Find(host, call.Surroundings.Environment));

    /// <summary>The servers of an image as the configuration states them, for a registry that the command line does not name.</summary>
    public static RegistryEndpoints ConfiguredEndpoints(Invocation call, RegistriesConf configuration) =>
        new(configuration, null, host => CertificateDirectories.Find(host, call.Surroundings.Environment));

    /// <summary>The stored credentials.</summary>
    /// <param name="call">The command line.</param>
    /// <param name="configuration">Names the credential helpers.</param>
    /// <param name="files">The auth files.</param>
    public static StoredLogins Logins(Invocation call, RegistriesConf configuration, AuthFileLocations files) =>
        new(files, configuration.CredentialHelpers, call.Surroundings.Environment, new LogWarnings(call.Log));

    /// <summary>The auth files, with <c>--authfile</c>.</summary>
    public static AuthFileLocations AuthFiles(Invocation call) => AuthFileLocations.Find(PathOf(call, "authfile"), call.Surroundings.Environment);

    /// <summary>The file with remembered short names, with <c>--short-name-alias-conf</c>.</summary>
    public static ShortNameAliasFile Aliases(Invocation call) =>
        PathOf(call, "short-name-alias-conf") is { } file ? new ShortNameAliasFile(file) : ShortNameAliasFile.Standard(call.Surroundings.Environment);

    /// <summary>The absolute path that a flag gives; null when it is not set, or the verb does not have it.</summary>
    public static string? PathOf(Invocation call, string flag) =>
        call.Flags.Has(flag) && call.Flags.NonEmptyText(flag) is { } path ? Path.GetFullPath(path, call.Surroundings.WorkingDirectory) : null;
}
