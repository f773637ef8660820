using BuildSharp.Cli.Flags;

namespace BuildSharp.Cli.Commands.Registries;

/// <summary>How a command reaches registries, as its flags say. A command with two sides, such as <c>copy</c>, has one choice for
/// each.</summary>
internal sealed record RegistryChoice
{
    /// <summary>Absolute path of the file with credentials; null for the standard ones.</summary>
    public string? AuthFile { get; init; }

    /// <summary>Absolute path of the directory with certificates; null for those of certs.d.</summary>
    public string? CertificateDirectory { get; init; }

    /// <summary>Whether TLS is required and verified; null to let registries.conf decide.</summary>
    public bool? TlsVerify { get; init; }

    /// <summary>Credentials <c>USER[:PASSWORD]</c>, of which a missing part is asked for; null for stored ones.</summary>
    public string? Credentials { get; init; }

    /// <summary>Bearer token that replaces the authorization service; null for none.</summary>
    public string? Token { get; init; }

    /// <summary>Whether to use no credentials, not even stored ones.</summary>
    public bool IsAnonymous { get; init; }

    /// <summary>The choice of <c>--authfile</c>, <c>--cert-dir</c>, <c>--creds</c> and <c>--tls-verify</c>, as far as the verb has
    /// them.</summary>
    public static RegistryChoice Of(Invocation call) => new()
    {
        AuthFile = RegistryConfiguration.PathOf(call, "authfile"),
        CertificateDirectory = RegistryConfiguration.PathOf(call, "cert-dir"),
        TlsVerify = BoolOf(call.Flags, "tls-verify"),
        Credentials = call.Flags.Has("creds") ? call.Flags.NonEmptyText("creds") : null,
    };

    /// <summary>Value of a bool flag that is on the command line; null when it is not, or the verb does not have it.</summary>
    public static bool? BoolOf(FlagValues flags, string name) => flags.Has(name) && flags.IsSet(name) ? flags.Bool(name) : null;
}
