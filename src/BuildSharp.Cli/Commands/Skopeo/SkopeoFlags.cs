using BuildSharp.Cli.Commands.Registries;
using BuildSharp.Cli.Flags;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.Skopeo;

/// <summary>Flags that skopeo's verbs share (skopeo(1)).</summary>
internal static class SkopeoFlags
{
    private const string NoSignatures = "signatures are not verified and not written";

    /// <summary>Skopeo's global flags, which may stand before or after the verb.</summary>
    public static IReadOnlyList<FlagDefinition> Globals { get; } =
    [
        Flag.Text("policy", "trust policy file", value: "file") with { Aliases = ["signature-policy"] },
        Flag.Bool("insecure-policy", "accept every image, whatever the trust policy says"),
        Flag.Bool("require-signed", "accept signed images only").Refuse(NoSignatures, "false"),
        Flag.Text("registries.d", "directory with places of signatures", value: "dir").Refuse(NoSignatures),
        Flag.Text("override-arch", "processor architecture to choose from a list", value: "arch"),
        Flag.Text("override-os", "operating system to choose from a list", value: "os"),
        Flag.Text("override-variant", "variant of the processor architecture to choose from a list", value: "variant"),
        Flag.Text("command-timeout", "how long the command may take", value: "duration"),
        Flag.Text("tmpdir", "directory for large temporary files", value: "dir"),
        Flag.Text("tls-details", "file with TLS settings", value: "file").Hide().Refuse("TLS has no settings"),
        Flag.Text("user-agent-prefix", "text before the user agent", value: "text").Hide().Refuse("the user agent cannot be changed"),
    ];

    /// <summary>Number and delay of retries. The alias is the name that buildah's verbs use.</summary>
    public static IReadOnlyList<FlagDefinition> Retry { get; } =
    [
        Flag.Number("retry-times", "how often a failed transfer is tried again (default 3)") with { Aliases = ["retry"] },
        Flag.Text("retry-delay", "how long to wait before trying again", value: "duration"),
    ];

    /// <summary>Flags of verbs that write signed images.</summary>
    public static IReadOnlyList<FlagDefinition> Signing { get; } =
    [
        Flag.Bool("remove-signatures", "leave signatures behind").Accept(),
        .. new[] { "sign-by", "sign-by-sigstore", "sign-by-sigstore-private-key", "sign-by-sq-fingerprint", "sign-identity", "sign-passphrase-file" }
            .Select(name => Flag.Text(name, "how to sign the image", value: "text").Hide().Refuse("images are not signed")),
    ];

    /// <summary>Access to the registry, or for a verb with two sides, to that of one side.</summary>
    /// <param name="prefix"><c>src-</c>, <c>dest-</c>, or empty.</param>
    /// <param name="side">Completes the help: <c> of the source</c>.</param>
    public static IReadOnlyList<FlagDefinition> Access(string prefix = "", string side = "") =>
    [
        Flag.Text(prefix + "authfile", "file with credentials" + side, variable: prefix.Length == 0 ? "REGISTRY_AUTH_FILE" : null, value: "file"),
        Flag.Text(prefix + "cert-dir", "directory with certificates for the registry" + side, value: "dir"),
        Flag.Text(prefix + "creds", "credentials, USER[:PASSWORD]," + (side.Length > 0 ? side : " for the registry"), value: "credentials") with
        {
            Aliases = prefix.Length > 0 ? [prefix[0] + "creds"] : [],
        },
        Flag.Text(prefix + "username", "user name for the registry" + side, value: "name"),
        Flag.Text(prefix + "password", "password for the registry" + side, value: "password"),
        Flag.Text(prefix + "registry-token", "bearer token for the registry" + side, value: "token"),
        Flag.Bool(prefix + "no-creds", "access the registry" + side + " without credentials"),
        Flag.Bool(prefix + "tls-verify", "require HTTPS and a valid certificate" + side, on: true),
    ];

    /// <summary>Places of one side that are not in a registry.</summary>
    public static IReadOnlyList<FlagDefinition> Places(string prefix = "", string side = "") =>
    [
        Flag.Text(prefix + "shared-blob-dir", "directory that layouts share blobs in" + side, value: "dir").Refuse("each layout has its own blobs"),
        Flag.Text(prefix + "daemon-host", "address of the Docker daemon" + side, value: "address"),
    ];

    /// <summary>What the flags of <see cref="Access"/> say. A flag without the prefix is for both sides.</summary>
    /// <exception cref="BuildSharpException">Flags contradict each other, or the file with credentials does not exist.</exception>
    public static RegistryChoice Choice(Invocation call, string prefix = "")
    {
        var flags = call.Flags;
        string? Text(string name) => flags.Has(name) ? flags.NonEmptyText(name) : null;
        string? PathOf(string name) => RegistryConfiguration.PathOf(call, prefix + name) ?? RegistryConfiguration.PathOf(call, name);
        var (credentials, user, password) = (Text(prefix + "creds"), Text(prefix + "username"), Text(prefix + "password"));
        var isAnonymous = flags.Bool(prefix + "no-creds");
        var problem = (credentials, user, password) switch
        {
            (not null, _, _) when isAnonymous => "creds and no-creds cannot be specified at the same time",
            (not null, not null, _) => "creds and username cannot be specified at the same time",
            (_, not null, null) => "password must be specified when username is specified",
            (_, null, not null) => "username must be specified when password is specified",
            (_, not null, _) when isAnonymous => "username and no-creds cannot be specified at the same time",
            _ => null,
        };
        if (problem is not null)
        {
            throw new BuildSharpException(problem);
        }

        var authFile = PathOf("authfile");
        if (authFile is not null && !File.Exists(authFile))
        {
            throw new BuildSharpException($"credential file is not accessible: stat {authFile}: no such file or directory");
        }

        return new RegistryChoice
        {
            AuthFile = authFile,
            CertificateDirectory = PathOf("cert-dir"),
            TlsVerify = RegistryChoice.BoolOf(flags, prefix + "tls-verify") ?? RegistryChoice.BoolOf(flags, "tls-verify"),
            Credentials = user is not null ? $"{user}:{password}" : credentials,
            Token = Text(prefix + "registry-token"),
            IsAnonymous = isAnonymous,
        };
    }

    /// <summary>The platform to choose from a list: that of the machine unless <c>--override-…</c> says otherwise.</summary>
    public static Platform PlatformOf(FlagValues flags)
    {
        var host = Platform.Host;
        var (os, architecture, variant) = (flags.NonEmptyText("override-os"), flags.NonEmptyText("override-arch"), flags.NonEmptyText("override-variant"));
        return (os ?? architecture ?? variant) is null ? host : Platform.Normalize(os ?? host.Os, architecture ?? host.Architecture, variant);
    }

    /// <summary>How long the command may take; null for as long as needed.</summary>
    /// <exception cref="BuildSharpException">The value is no duration.</exception>
    public static TimeSpan? Timeout(FlagValues flags)
    {
        if (flags.NonEmptyText("command-timeout") is not { } text)
        {
            return null;
        }

        return GoDuration.TryParse(text, out var patience) && patience >= TimeSpan.Zero
            ? patience > TimeSpan.Zero ? patience : null
            : throw new BuildSharpException($"--command-timeout {GoQuoting.Quote(text)}: it is a duration like 30s or 5m");
    }
}
