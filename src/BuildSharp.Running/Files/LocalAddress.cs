namespace BuildSharp.Running.Files;

/// <summary>Finds an address of this machine in the kernel's routing table, without opening a socket.</summary>
internal static class LocalAddress
{
    /// <summary>The first local address other than loopback in the text of /proc/net/fib_trie; null when there is none.</summary>
    public static string? Find(string table)
    {
        string? leaf = null;
        foreach (var line in table.Split('\n'))
        {
            var text = line.Trim();
            if (text.StartsWith("|-- ", StringComparison.Ordinal))
            {
                leaf = text[4..];
            }
            else if (text.StartsWith("/32 host LOCAL", StringComparison.Ordinal) && leaf is not null && !leaf.StartsWith("127.", StringComparison.Ordinal))
            {
                return leaf;
            }
        }

        return null;
    }
}
