namespace BuildSharp.Linux;

/// <summary>Where the containers tools look for <c>storage.conf</c> and <c>registries.conf</c> (containers-storage.conf(5),
/// containers-registries.conf(5)): the user's directory, /etc/containers, then /usr/share/containers.</summary>
/// <param name="Name">Name of the file without <c>.conf</c>.</param>
/// <param name="UserDirectory">The user's directory; null for none.</param>
/// <param name="Owner">The user.</param>
public sealed record ConfigurationSearch(string Name, string? UserDirectory, ConfigurationOwner Owner)
{
    /// <summary>The main file: the first that exists; null when there is none.</summary>
    public string? FindMain() =>
        SystemDirectories.Prepend(UserDirectory).OfType<string>().Select(directory => Path.Combine(directory, $"{Name}.conf")).FirstOrDefault(File.Exists);

    /// <summary>The drop-in files sorted by name. Of two files with the same name, the one in the directory of higher priority is
    /// used.</summary>
    public IEnumerable<string> FindDropIns()
    {
        var byName = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in DropInDirectories().Where(Directory.Exists).SelectMany(directory => Directory.EnumerateFiles(directory, "*.conf")))
        {
            byName.TryAdd(Path.GetFileName(file), file);
        }

        return byName.Values;
    }

    private IEnumerable<string> SystemDirectories =>
        [Path.Combine(Owner.SystemRoot, "etc/containers"), Path.Combine(Owner.SystemRoot, "usr/share/containers")];

    private IEnumerable<string> DropInDirectories()
    {
        if (UserDirectory is not null)
        {
            yield return Path.Combine(UserDirectory, $"{Name}.conf.d");
        }

        foreach (var directory in SystemDirectories)
        {
            if (Owner.IsRootless)
            {
                yield return Path.Combine(directory, $"{Name}.rootless.conf.d", $"{Owner.User}");
                yield return Path.Combine(directory, $"{Name}.rootless.conf.d");
            }
            else
            {
                yield return Path.Combine(directory, $"{Name}.rootful.conf.d");
            }

            yield return Path.Combine(directory, $"{Name}.conf.d");
        }
    }
}
