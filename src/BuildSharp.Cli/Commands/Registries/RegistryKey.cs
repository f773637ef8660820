using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.Registries;

/// <summary>What <c>login</c> and <c>logout</c> are about: a registry, or a repository or namespace of it.</summary>
/// <param name="Key"><c>host[:port][/path]</c>, the key of the credentials.</param>
/// <param name="Name">The key as a name; with a made-up path when it is a registry alone.</param>
internal sealed record RegistryKey(string Key, Reference Name)
{
    /// <summary>Server part of the key.</summary>
    public string Host => Name.Domain;

    /// <summary>Whether the key is a registry alone.</summary>
    public bool IsHost => !Key.Contains('/');

    /// <summary>Parses a word of the command line: <c>host[:port][/path]</c>, or an address, of which only the server counts.</summary>
    /// <exception cref="BuildSharpException">The word is neither.</exception>
    public static RegistryKey Parse(string word)
    {
        var scheme = word.IndexOf("://", StringComparison.Ordinal);
        if (scheme >= 0 && word[..scheme] is not ("http" or "https"))
        {
            throw new BuildSharpException($"{GoQuoting.Quote(AddressCredentials.Masked(word))} is not a registry: write host[:port][/path]");
        }

        var key = scheme >= 0 ? word[(scheme + 3)..].Split('/')[0] : word.TrimEnd('/');
        if (!key.Contains('/'))
        {
            key = key is "index.docker.io" or "registry-1.docker.io" ? "docker.io" : key;

            // A single component is a short name, unless something follows.
            return Reference.TryParse($"{(IsQualified(key) ? key : key + ":443")}/x", out var registry)
                ? new RegistryKey(key, registry with { Domain = key })
                : throw new BuildSharpException($"{GoQuoting.Quote(AddressCredentials.Masked(word))} is not a registry: write host[:port][/path]");
        }

        var name = Reference.Parse(key);
        if (name.Tag is not null || name.Digest is not null)
        {
            throw new BuildSharpException($"reference {GoQuoting.Quote(key)} contains tag or digest");
        }

        return name.IsShort
            ? throw new BuildSharpException($"{GoQuoting.Quote(key)} has no registry: write host[:port]/{key}")
            : new RegistryKey(name.Name, name);
    }

    private static bool IsQualified(string host) => host.AsSpan().IndexOfAny(".:") >= 0 || host == "localhost";
}
