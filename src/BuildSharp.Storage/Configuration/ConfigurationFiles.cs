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
            var user = UserDirectory(environment, owner);
            foreach (var directory in SystemDirectories(owner).Prepend(user))
            {
                if (directory is not null && Path.Combine(directory, "storage.conf") is var main && File.Exists(main))
                {
                    files.Add(main);
                    break;
                }
            }

            files.AddRange(DropIns(user, owner));
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

    private static IEnumerable<string> SystemDirectories(ConfigurationOwner owner) =>
        [Path.Combine(owner.SystemRoot, "etc/containers"), Path.Combine(owner.SystemRoot, "usr/share/containers")];

    /// <summary>All drop-in files sorted by name. Of two files with the same name, the one in the directory of higher priority is
    /// used.</summary>
    private static IEnumerable<string> DropIns(string? user, ConfigurationOwner owner)
    {
        var directories = new List<string>();
        if (user is not null)
        {
            directories.Add(Path.Combine(user, "storage.conf.d"));
        }

        foreach (var directory in SystemDirectories(owner))
        {
            if (owner.IsRootless)
            {
                directories.Add(Path.Combine(directory, "storage.rootless.conf.d", $"{owner.User}"));
                directories.Add(Path.Combine(directory, "storage.rootless.conf.d"));
            }
            else
            {
                directories.Add(Path.Combine(directory, "storage.rootful.conf.d"));
            }

            directories.Add(Path.Combine(directory, "storage.conf.d"));
        }

        var byName = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in directories.Where(Directory.Exists).SelectMany(directory => Directory.EnumerateFiles(directory, "*.conf")))
        {
            byName.TryAdd(Path.GetFileName(file), file);
        }

        return byName.Values;
    }
}
