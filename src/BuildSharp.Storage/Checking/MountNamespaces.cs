using BuildSharp.Linux;

namespace BuildSharp.Storage.Checking;

/// <summary>The mount namespaces of all processes. A container's mount may be visible in only one of them.</summary>
internal static class MountNamespaces
{
    /// <summary>Whether something is mounted at the path in any namespace whose processes this process may inspect.</summary>
    internal static bool AnyHas(string path)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(directory => char.IsAsciiDigit(Path.GetFileName(directory)[0])))
        {
            try
            {
                if (new FileInfo($"{process}/ns/mnt").LinkTarget is { } name && seen.Add(name)
                    && MountTable.Parse(File.ReadAllText($"{process}/mountinfo")).Any(entry => entry.MountPoint == path))
                {
                    return true;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The process has ended, or belongs to another user.
            }
        }

        return false;
    }
}
