using System.Text;

namespace BuildSharp.Containers.Running;

/// <summary>The command's /etc/hosts.</summary>
internal static class HostsFile
{
    /// <summary>Composes the file: entries asked for, then the host's own, then localhost and the machine's names. A name that has an
    /// address already gets no second one.</summary>
    /// <param name="added">Entries asked for.</param>
    /// <param name="host">Content of the file that further entries come from.</param>
    /// <param name="gateway">The host's address as the container is to know it; null leaves out what needs it.</param>
    /// <param name="localAddress">The container's own address, with the host's network the host's; null leaves its names out.</param>
    /// <param name="ownNames">Names of the container: its hostname and its name; empty ones are skipped.</param>
    public static string Compose(IEnumerable<HostEntry> added, string host, string? gateway, string? localAddress, IEnumerable<string> ownNames)
    {
        var text = new StringBuilder();
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

        void Add(string address, IEnumerable<string> names)
        {
            var fresh = names.Where(name => name.Length > 0 && taken.Add(name)).ToList();
            if (fresh.Count > 0)
            {
                text.Append(address).Append('\t').AppendJoin(' ', fresh).Append('\n');
            }
        }

        foreach (var entry in added)
        {
            if ((entry.Address ?? gateway) is { } address)
            {
                Add(address, entry.Names);
            }
        }

        // localhost keeps both its addresses: a host file that has both has them on two lines.
        var hostEntries = Read(host).ToList();
        foreach (var (address, names) in hostEntries)
        {
            var local = names.Contains("localhost");
            Add(address, local ? names.Where(name => name != "localhost") : names);
            if (local)
            {
                text.Append(address).Append("\tlocalhost\n");
            }
        }

        if (!taken.Contains("localhost") && !hostEntries.Exists(entry => entry.Names.Contains("localhost")))
        {
            text.Append("127.0.0.1\tlocalhost\n::1\tlocalhost\n");
        }

        if (gateway is not null)
        {
            Add(gateway, ["host.containers.internal", "host.docker.internal"]);
        }

        if (localAddress is not null)
        {
            Add(localAddress, ownNames);
        }

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
