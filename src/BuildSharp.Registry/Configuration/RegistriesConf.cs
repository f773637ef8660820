using BuildSharp.Oci;

namespace BuildSharp.Registry.Configuration;

/// <summary>registries.conf, version 2, with its drop-ins (containers-registries.conf(5)).</summary>
public sealed record RegistriesConf
{
    /// <summary>Name of the auth files in <see cref="CredentialHelpers"/>.</summary>
    public const string AuthFiles = "containers-auth.json";

    /// <summary>Registries that may complete a short name, in order.</summary>
    public IReadOnlyList<string> SearchRegistries { get; init; } = [];

    /// <summary>The file that sets <see cref="SearchRegistries"/>, or else the main file; null when there is no file.</summary>
    public string? SearchFile { get; init; }

    /// <summary>What to do when a short name has several candidates.</summary>
    public ShortNameMode ShortNameMode { get; init; }

    /// <summary>Full names by short name, without tags.</summary>
    public IReadOnlyDictionary<string, ShortNameAlias> Aliases { get; init; } = new Dictionary<string, ShortNameAlias>();

    /// <summary>Where credentials are looked for, in order: names of helpers, and <see cref="AuthFiles"/>.</summary>
    public IReadOnlyList<string> CredentialHelpers { get; init; } = [AuthFiles];

    /// <summary>The rules of single registries.</summary>
    public IReadOnlyList<RegistryRule> Rules { get; init; } = [];

    /// <summary>Which files were read and which keys were ignored, for the debug log.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Reads the files. When there is none, short names are completed with docker.io.</summary>
    /// <param name="files">The files in order; later ones override earlier ones.</param>
    /// <exception cref="BuildSharpException">A file cannot be read, is invalid, or has version 1 of the format.</exception>
    public static RegistriesConf Read(IReadOnlyList<string> files)
    {
        if (files.Count == 0)
        {
            return new RegistriesConf { SearchRegistries = ["docker.io"] };
        }

        var reader = new RegistriesConfReader(files[0]);
        foreach (var file in files)
        {
            reader.Take(file);
        }

        return reader.Result();
    }

    /// <summary>The rule for a name: the one with the longest prefix; null when no rule covers it.</summary>
    /// <param name="name">A name with a domain.</param>
    public RegistryRule? RuleFor(Reference name) => Rules.Where(rule => rule.Covers(name)).MaxBy(rule => rule.Prefix.Length);
}

/// <summary>A full name for a short name (<c>[aliases]</c>).</summary>
/// <param name="Name">The full name; null when a file of higher priority removes the alias.</param>
/// <param name="File">The file that has it.</param>
public sealed record ShortNameAlias(Reference? Name, string File);
