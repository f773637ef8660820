using System.Text;

namespace BuildSharp.Running.Files;

/// <summary>Content of the command's /etc/hosts.</summary>
internal static class HostsFile
{
    /// <summary>Composes the file: the requested entries, the entries of the base file, then localhost and the names of the host and the
    /// container, unless an entry has them already.</summary>
    /// <param name="added">The requested entries.</param>
    /// <param name="host">Content of the base file.</param>
    /// <param name="gateway">Address of the host as seen from the container; null omits entries that need it.</param>
    /// <param name="localAddress">The container's own address, which with the host's network is the host's; null omits its names.</param>
    /// <param name="ownNames">Names of the container; empty ones are skipped.</param>
    public static string Compose(IEnumerable<HostEntry> added, string host, string? gateway, string? localAddress, IEnumerable<string> ownNames)
    {
        var text = new StringBuilder();
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

        void Add(string address, IEnumerable<string> names)
        {
            text.Append(address).Append('\t').AppendJoin(' ', names).Append('\n');
            taken.UnionWith(names);
        }

        void AddMissing(string? address, IEnumerable<string> names)
        {
            if (address is not null && names.Where(name => name.Length > 0 && !taken.Contains(name)).ToList() is { Count: > 0 } fresh)
            {
                Add(address, fresh);
            }
        }

        foreach (var entry in added)
        {
            if ((entry.Address ?? gateway) is { } address)
            {
                Add(address, entry.Names);
            }
        }

        foreach (var (address, names) in Read(host))
        {
            Add(address, names);
        }

        if (!taken.Contains("localhost"))
        {
            Add("127.0.0.1", ["localhost"]);
            Add("::1", ["localhost"]);
        }

        AddMissing(gateway, ["host.containers.internal", "host.docker.internal"]);
        AddMissing(localAddress, ownNames);
        return text.ToString();
    }

    private static IEnumerable<(string Address, List<string> Names)> Read(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split('#')[0].Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 1)
            {
                yield return (words[0], [.. words[1..]]);
            }
        }
    }
}
