using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Flags;

/// <summary>REG: access to registries (buildah-build(1)). What only says how to reach a registry is accepted and has no bearing on the local
/// transports; what would change an image is refused.</summary>
internal static class RegistryFlags
{
    private const string NoEncryption = "encrypted images cannot be read or written";

    /// <summary>Where credentials and certificates come from, and whether a certificate is needed.</summary>
    public static IReadOnlyList<FlagDefinition> Access { get; } =
    [
        Flag.Text("authfile", "file with registry credentials", variable: "REGISTRY_AUTH_FILE", value: "file"),
        Flag.Text("cert-dir", "directory with certificates for the registry", value: "dir"),
        Flag.Text("creds", "registry credentials, USER[:PASSWORD]", value: "credentials"),
        Flag.Bool("tls-verify", "require HTTPS and a valid certificate", on: true),
    ];

    /// <summary>How often a failed transfer is tried again.</summary>
    public static IReadOnlyList<FlagDefinition> Retry { get; } =
    [
        Flag.Number("retry", "how often a failed transfer is tried again", standard: "3"),
        Flag.Text("retry-delay", "how long to wait before trying again", value: "duration"),
    ];

    /// <summary>Rarely typed, but every script that has them must run.</summary>
    public static IReadOnlyList<FlagDefinition> Rare { get; } =
    [
        Flag.CsvList("decryption-key", "key that decrypts layers").Refuse(NoEncryption),
        Flag.Text("signature-policy", "which images to trust", value: "file").Hide(),
        Flag.Text("blob-cache", "directory that keeps transferred blobs", value: "dir").Hide().Refuse("blobs are not kept"),
    ];

    /// <summary>No progress on standard error.</summary>
    public static FlagDefinition Quiet { get; } = Flag.Bool("quiet", "show no progress", 'q');

    /// <summary>Everything but <c>--quiet</c>.</summary>
    public static IReadOnlyList<FlagDefinition> All { get; } = [.. Access, .. Retry, .. Rare];

    /// <summary>What of the registries' configuration that the global flags name is not there. Nothing reads it yet, but who names a file
    /// means it to be read. The file of remembered short names is not asked for: it is made when it is first needed.</summary>
    /// <param name="flags">The command line.</param>
    /// <param name="directory">What relative paths start from.</param>
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

    /// <summary>Checks what is typed even though no registry is asked.</summary>
    /// <exception cref="BuildSharpException">The credentials file given is not there.</exception>
    public static void Check(FlagValues flags)
    {
        if (flags.NonEmptyText("authfile") is { } file && !File.Exists(file))
        {
            throw new BuildSharpException($"credential file is not accessible: stat {file}: no such file or directory");
        }
    }
}
