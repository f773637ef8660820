using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Flags;

/// <summary>REG: access to registries (buildah-build(1)). Flags that only describe how to reach a registry are accepted and do not affect
/// local transports; flags that would change an image are refused.</summary>
internal static class RegistryFlags
{
    private const string NoEncryption = "encrypted images cannot be read or written";

    /// <summary>Credentials, certificates, and whether to verify TLS.</summary>
    public static IReadOnlyList<FlagDefinition> Access { get; } =
    [
        Flag.Text("authfile", "file with registry credentials", variable: "REGISTRY_AUTH_FILE", value: "file"),
        Flag.Text("cert-dir", "directory with certificates for the registry", value: "dir"),
        Flag.Text("creds", "registry credentials, USER[:PASSWORD]", value: "credentials"),
        Flag.Bool("tls-verify", "require HTTPS and a valid certificate", on: true),
    ];

    /// <summary>Number and delay of retries.</summary>
    public static IReadOnlyList<FlagDefinition> Retry { get; } =
    [
        Flag.Number("retry", "how often a failed transfer is tried again", standard: "3"),
        Flag.Text("retry-delay", "how long to wait before trying again", value: "duration"),
    ];

    /// <summary>Flags without use here that scripts may still pass.</summary>
    public static IReadOnlyList<FlagDefinition> Rare { get; } =
    [
        Flag.CsvList("decryption-key", "key that decrypts layers").Refuse(NoEncryption),
        Flag.Text("signature-policy", "which images to trust", value: "file").Hide(),
        Flag.Text("blob-cache", "directory that keeps transferred blobs", value: "dir").Hide().Refuse("blobs are not kept"),
    ];

    public static FlagDefinition Quiet { get; } = Flag.Bool("quiet", "show no progress", 'q');

    /// <summary>All flags of the group except <c>--quiet</c>.</summary>
    public static IReadOnlyList<FlagDefinition> All { get; } = [.. Access, .. Retry, .. Rare];

    /// <summary>Messages for registry configuration files that the global flags name and that do not exist. The files are not read yet, but
    /// naming a missing one is a mistake. The short-name alias file is not checked, because it is created on first use.</summary>
    /// <param name="flags">The command line.</param>
    /// <param name="directory">Directory that relative paths start from.</param>
    public static IEnumerable<string> MissingConfiguration(FlagValues flags, string directory)
    {
        if (flags.NonEmptyText("registries-conf") is { } file && !File.Exists(Path.GetFullPath(file, directory)))
        {
            yield return $"loading registries configuration {GoQuoting.Quote(file)}: open {file}: no such file or directory";
        }

        if (flags.NonEmptyText("registries-conf-dir") is { } folder && !Directory.Exists(Path.GetFullPath(folder, directory)))
        {
            yield return $"loading registries configuration: open {folder}: no such file or directory";
        }
    }

    /// <summary>Checks the values of flags that have no effect yet, so that mistakes show now.</summary>
    /// <exception cref="BuildSharpException">The file of <c>--authfile</c> does not exist.</exception>
    public static void Check(FlagValues flags)
    {
        if (flags.NonEmptyText("authfile") is { } file && !File.Exists(file))
        {
            throw new BuildSharpException($"credential file is not accessible: stat {file}: no such file or directory");
        }
    }
}
