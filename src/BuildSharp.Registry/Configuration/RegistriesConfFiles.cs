using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Registry.Configuration;

/// <summary>Finds the registries.conf files (containers-registries.conf(5)).</summary>
/// <param name="File">The file to use alone (<c>--registries-conf</c>); null for that of CONTAINERS_REGISTRIES_CONF or of the search
/// path.</param>
/// <param name="Directory">The directory with drop-ins (<c>--registries-conf-dir</c>); null for those of the search path.</param>
public sealed record RegistriesConfFiles(string? File, string? Directory)
{
    /// <summary>The files, lowest priority first.</summary>
    /// <param name="environment">Environment variables of the process.</param>
    /// <exception cref="BuildSharpException">A file or directory that is named does not exist.</exception>
    public IReadOnlyList<string> Find(IReadOnlyDictionary<string, string> environment) =>
        Find(environment, ConfigurationOwner.Of(ProcessIdentity.RealUser, "/", environment));

    internal IReadOnlyList<string> Find(IReadOnlyDictionary<string, string> environment, ConfigurationOwner owner)
    {
        var search = new ConfigurationSearch("registries", UserConfiguration.Directory(environment), owner);
        var only = File ?? (environment.GetValueOrDefault("CONTAINERS_REGISTRIES_CONF") is { Length: > 0 } given ? given : null);
        var files = new List<string>();
        if ((only is null ? search.FindMain() : Existing(only)) is { } main)
        {
            files.Add(main);
        }

        if (Directory is not null)
        {
            files.AddRange(DropInsOf(Directory));
        }
        else if (only is null)
        {
            files.AddRange(search.FindDropIns());
        }

        if (environment.GetValueOrDefault("CONTAINERS_REGISTRIES_CONF_OVERRIDE") is { Length: > 0 } last)
        {
            files.Add(Existing(last));
        }

        return files;
    }

    private static string Existing(string file) => System.IO.File.Exists(file)
        ? file
        : throw new BuildSharpException($"loading registries configuration \"{file}\": open {file}: no such file or directory");

    private static IEnumerable<string> DropInsOf(string directory) => System.IO.Directory.Exists(directory)
        ? System.IO.Directory.EnumerateFiles(directory, "*.conf").Order(StringComparer.Ordinal)
        : throw new BuildSharpException($"loading registries configuration: open {directory}: no such file or directory");
}
