using System.Text;

namespace BuildSharp.Containers.Running;

/// <summary>The command's /etc/hosts.</summary>
internal static class HostsFile
{
    /// <summary>Composes the file: entries asked for and those of the base file as they are, then localhost and the machine's names as far
    /// as no entry has them.</summary>
    /// <param name="added">Entries asked for.</param>
    /// <param name="host">Content of the file that further entries come from.</param>
    /// <param name="gateway">The host's address as the container is to know it; null leaves out what needs it.</param>
    /// <param name="localAddress">The container's own address, with the host's network the host's; null leaves its names out.</param>
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
