using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Storage.Configuration;

/// <summary>Finds the storage.conf files to read, in order (containers-storage.conf(5)).</summary>
internal static class ConfigurationFiles
{
    /// <summary>The existing files, lowest priority first.</summary>
    /// <exception cref="BuildSharpException">CONTAINERS_STORAGE_CONF names a file that is missing.</exception>
    internal static IReadOnlyList<string> Find(IReadOnlyDictionary<string, string> environment, ConfigurationOwner owner)
    {
        var files = new List<string>();
        if (environment.TryGetValue("CONTAINERS_STORAGE_CONF", out var only) && only.Length > 0)
        {
            files.Add(File.Exists(only)
                ? only
                : throw new BuildSharpException($"CONTAINERS_STORAGE_CONF names {only}, which does not exist"));
        }
        else
        {
            var search = new ConfigurationSearch("storage", UserDirectory(environment, owner), owner);
            if (search.FindMain() is { } main)
            {
                files.Add(main);
            }

            files.AddRange(search.FindDropIns());
        }

        if (environment.TryGetValue("CONTAINERS_STORAGE_CONF_OVERRIDE", out var last) && last.Length > 0)
        {
            files.Add(last);
        }

        return files;
    }

    internal static string? UserDirectory(IReadOnlyDictionary<string, string> environment, ConfigurationOwner owner) =>
        environment.TryGetValue("XDG_CONFIG_HOME", out var configuration) && configuration.Length > 0
            ? Path.Combine(configuration, "containers")
            : environment.TryGetValue("HOME", out var home) && home.Length > 0 && owner.IsRootless
                ? Path.Combine(home, ".config", "containers")
                : null;
}
