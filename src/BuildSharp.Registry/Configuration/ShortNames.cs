using BuildSharp.Oci;

namespace BuildSharp.Registry.Configuration;

/// <summary>Completes short names, names without a host, by aliases and search registries (containers-registries.conf(5)).</summary>
/// <param name="configuration">The configuration.</param>
/// <param name="remembered">The aliases that were chosen earlier, which have precedence.</param>
public sealed class ShortNames(RegistriesConf configuration, IReadOnlyDictionary<string, ShortNameAlias> remembered)
{
    /// <summary>What a short name can mean.</summary>
    /// <param name="name">A name without a domain.</param>
    /// <exception cref="BuildSharpException">There is no alias and no search registry.</exception>
    public ShortNameResolution Resolve(Reference name)
    {
        if (AliasOf(name) is { Name: { } full } alias)
        {
            return new ShortNameResolution([name with { Domain = full.Domain, Path = full.Path }], $"Resolved \"{name.Path}\" as an alias ({alias.File})", false);
        }

        if (configuration.SearchRegistries.Count == 0)
        {
            throw new BuildSharpException(
                $"short-name \"{name}\" did not resolve to an alias and no unqualified-search registries are defined in \"{configuration.SearchFile}\":"
                + $" write the name with its registry, as in docker.io/{name.InDomain("docker.io").Path}");
        }

        var candidates = CandidatesOf(name);
        var origin = configuration.SearchFile is { } file ? $" ({file})" : "";
        return new ShortNameResolution(
            candidates, $"Resolving \"{name.Path}\" using unqualified-search registries{origin}",
            candidates.Count > 1 && configuration.ShortNameMode != ShortNameMode.Disabled);
    }

    /// <summary>The full names that a short name can mean; empty when there is no alias and no search registry.</summary>
    /// <param name="name">A name without a domain.</param>
    public IReadOnlyList<Reference> CandidatesOf(Reference name) => AliasOf(name) is { Name: { } full }
        ? [name with { Domain = full.Domain, Path = full.Path }]
        : [.. configuration.SearchRegistries.Select(host => Reference.Parse($"{host}/{name}").InDomain(host))];

    private ShortNameAlias? AliasOf(Reference name) => remembered.GetValueOrDefault(name.Path) ?? configuration.Aliases.GetValueOrDefault(name.Path);

    /// <summary>The error for a short name that must be chosen, but there is no terminal to ask on.</summary>
    /// <param name="name">The short name.</param>
    /// <param name="candidates">What it can mean.</param>
    public BuildSharpException? ProblemWithoutTerminal(Reference name, IReadOnlyList<Reference> candidates) =>
        candidates.Count > 1 && configuration.ShortNameMode == ShortNameMode.Enforcing
            ? new BuildSharpException(
                $"short-name \"{name}\": short-name resolution enforced but cannot prompt without a TTY: write one of {string.Join(", ", candidates)}")
            : null;
}

/// <summary>What a short name can mean.</summary>
/// <param name="Candidates">Full names, in the order to try them.</param>
/// <param name="Origin">Says where they come from, in buildah's words.</param>
/// <param name="IsChoice">Whether the user should choose if there is a terminal; the choice is then remembered.</param>
public sealed record ShortNameResolution(IReadOnlyList<Reference> Candidates, string Origin, bool IsChoice);
