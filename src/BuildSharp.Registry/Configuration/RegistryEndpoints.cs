using BuildSharp.Oci;

namespace BuildSharp.Registry.Configuration;

/// <summary>Which servers an image is read from and written to, and how they are reached: registries.conf, certs.d and flags.</summary>
/// <param name="configuration">The rules.</param>
/// <param name="tlsVerify"><c>--tls-verify</c>, which overrides the rules; null when it is not given.</param>
/// <param name="certificates">Finds the certificate directory of a server, <c>host[:port]</c>.</param>
public sealed class RegistryEndpoints(RegistriesConf configuration, bool? tlsVerify, Func<string, string?> certificates)
{
    /// <summary>The servers to read an image from, in order: the mirrors that serve such a name, then the registry.</summary>
    /// <param name="name">A name with a domain.</param>
    /// <exception cref="BuildSharpException">The registry is blocked, or a location does not fit.</exception>
    public IReadOnlyList<RegistryEndpoint> ForPull(Reference name)
    {
        if (Allowed(name) is not { } rule)
        {
            return [Endpoint(name, isInsecure: false)];
        }

        var mirrors = rule.Mirrors.Where(mirror => mirror.Serves(name));
        return
        [
            .. mirrors.Select(mirror => Endpoint(rule.Rewrite(name, mirror.Location), mirror.Insecure)),
            Endpoint(rule.Rewrite(name, rule.Location), rule.Insecure),
        ];
    }

    /// <summary>The server to write an image to, or to log in to. Neither mirrors nor locations apply.</summary>
    /// <param name="name">A name with a domain.</param>
    /// <exception cref="BuildSharpException">The registry is blocked.</exception>
    public RegistryEndpoint ForPush(Reference name) => Endpoint(name, Allowed(name)?.Insecure == true);

    private RegistryRule? Allowed(Reference name)
    {
        var rule = configuration.RuleFor(name);
        return rule is { Blocked: true } ? throw new BuildSharpException($"registry {rule.Prefix} is blocked in {rule.File}") : rule;
    }

    private RegistryEndpoint Endpoint(Reference name, bool isInsecure) => new(name.Domain, name.Path)
    {
        Insecure = tlsVerify is { } verify ? !verify : isInsecure,
        CertificateDirectory = certificates(name.Domain),
    };
}
