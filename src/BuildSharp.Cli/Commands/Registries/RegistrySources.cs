using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Oci.Json;
using BuildSharp.Registry;

namespace BuildSharp.Cli.Commands.Registries;

/// <summary>Registries that the variable <c>BUILD_REGISTRY_SOURCES</c> allows, blocks or lets be insecure (buildah(1)).</summary>
/// <remarks>A registry matches by its whole name. Unlike in buildah, an insecure registry in the list does not make others insecure.</remarks>
internal sealed class RegistrySources
{
    private const string Variable = "BUILD_REGISTRY_SOURCES";
    private const int SizeLimit = 1 << 20;

    private IReadOnlyList<string> Insecure { get; init; } = [];

    private IReadOnlyList<string> Blocked { get; init; } = [];

    private IReadOnlyList<string> Allowed { get; init; } = [];

    /// <summary>Reads the variable; without it, nothing is restricted.</summary>
    /// <exception cref="BuildSharpException">Its value is not valid.</exception>
    public static RegistrySources Of(IReadOnlyDictionary<string, string> environment) =>
        environment.GetValueOrDefault(Variable) is { Length: > 0 } text
            ? StrictJson.Read(System.Text.Encoding.UTF8.GetBytes(text), SizeLimit, $"${Variable}", fields => new RegistrySources
            {
                Insecure = fields.Strings("insecureRegistries"),
                Blocked = fields.Strings("blockedRegistries"),
                Allowed = fields.Strings("allowedRegistries"),
            })
            : new RegistrySources();

    /// <summary>An endpoint as the lists want it.</summary>
    /// <param name="endpoint">The server of an image.</param>
    /// <param name="host">The registry in the image's name, to which the lists apply, also when a mirror serves the image.</param>
    /// <param name="action">What is done, for the message: empty, or <c>commit to </c>.</param>
    /// <param name="choice">A given <c>--tls-verify</c> is stronger.</param>
    /// <exception cref="BuildSharpException">The registry is blocked or not allowed.</exception>
    public RegistryEndpoint Applied(RegistryEndpoint endpoint, string host, string action, RegistryChoice choice)
    {
        var registry = action.Length > 0 ? $"{action}registry at {GoQuoting.Quote(host)}" : $"registry {GoQuoting.Quote(host)}";
        if (Blocked.Contains(host))
        {
            throw new BuildSharpException($"{registry} denied by policy: it is in the blocked registries list (${Variable})");
        }

        if (Allowed.Count > 0 && !Allowed.Contains(host))
        {
            throw new BuildSharpException($"{registry} denied by policy: not in allowed registries list (${Variable})");
        }

        return choice.TlsVerify is null && Insecure.Contains(endpoint.Host) ? endpoint with { Insecure = true } : endpoint;
    }
}
