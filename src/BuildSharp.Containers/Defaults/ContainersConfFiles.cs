using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Defaults;

/// <summary>Finds the containers.conf files and their order (containers.conf(5)). Unlike with storage.conf, all existing files are read and
/// later ones override earlier ones; root also has a file in its home directory.</summary>
internal static class ContainersConfFiles
{
    /// <summary>The existing files, lowest priority first.</summary>
    /// <exception cref="BuildSharpException">The file of CONTAINERS_CONF does not exist.</exception>
    public static IReadOnlyList<string> Find(IReadOnlyDictionary<string, string> environment, ConfigurationOwner owner)
    {
        var files = new List<string>();
        if (environment.GetValueOrDefault("CONTAINERS_CONF") is { Length: > 0 } only)
        {
            files.Add(File.Exists(only) ? only : throw new BuildSharpException($"CONTAINERS_CONF names {only}, which does not exist"));
        }
        else
        {
            var system = Path.Combine(owner.SystemRoot, "etc/containers");
            Add(files, Path.Combine(owner.SystemRoot, "usr/share/containers/containers.conf"));
            AddWithDropIns(files, Path.Combine(system, "containers.conf"));
            if (owner.IsRootless)
            {
                var rootless = Path.Combine(system, "containers.rootless.conf");
                AddWithDropIns(files, rootless);
                AddDropIns(files, Path.Combine(rootless + ".d", $"{owner.User}"));
            }

            if (UserDirectory(environment) is { } user)
            {
                AddWithDropIns(files, Path.Combine(user, "containers.conf"));
            }
        }

        // A missing file is no error here, as in buildah.
        if (environment.GetValueOrDefault("CONTAINERS_CONF_OVERRIDE") is { Length: > 0 } last)
        {
            Add(files, last);
        }

        return files;
    }

    private static string? UserDirectory(IReadOnlyDictionary<string, string> environment) =>
        environment.GetValueOrDefault("XDG_CONFIG_HOME") is { Length: > 0 } configuration ? Path.Combine(configuration, "containers")
        : environment.GetValueOrDefault("HOME") is { Length: > 0 } home ? Path.Combine(home, ".config/containers")
        : null;

    private static void AddWithDropIns(List<string> files, string main)
    {
        Add(files, main);
        AddDropIns(files, main + ".d");
    }

    private static void Add(List<string> files, string file)
    {
        if (File.Exists(file))
        {
            files.Add(file);
        }
    }

    private static void AddDropIns(List<string> files, string directory)
    {
        if (Directory.Exists(directory))
        {
            files.AddRange(Directory.EnumerateFiles(directory, "*.conf").Order(StringComparer.Ordinal));
        }
    }
}
