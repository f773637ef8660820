using System.Globalization;

namespace BuildSharp.Linux;

/// <summary>Programs that write below a directory: what a process that was killed has started and left running.</summary>
public static class FileWriters
{
    private const int AccessMode = 3; // O_ACCMODE: all but 0 can write
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Kills every process that has a file below the directory open for writing, and waits until they are gone, two seconds at
    /// most. Other users' processes are left alone unless we are root.</summary>
    /// <param name="directory">A directory that only its owner can write to, and whose owner is known to be dead.</param>
    public static void End(DirectoryHandle directory)
    {
        var below = File.ResolveLinkTarget($"/proc/self/fd/{directory.Descriptor}", returnFinalTarget: false)!.FullName + "/";
        for (var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds; Environment.TickCount64 < deadline; Thread.Sleep(5))
        {
            List<int> writers = [.. Directory.EnumerateDirectories("/proc").Select(Number).OfType<int>().Where(process => Writes(process, below))];
            if (writers.Count == 0)
            {
                return;
            }

            writers.ForEach(process => Signals.Send(process, Signals.Kill));
        }
    }

    private static int? Number(string path) =>
        int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number != Environment.ProcessId ? number : null;

    private static bool Writes(int process, string below)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries($"/proc/{process}/fd").Any(descriptor =>
                new FileInfo(descriptor).LinkTarget?.StartsWith(below, StringComparison.Ordinal) == true
                && IsOpenForWriting($"/proc/{process}/fdinfo/{Path.GetFileName(descriptor)}"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // It has ended meanwhile, or is another user's.
        }
    }

    // proc(5): "flags:" and the octal digits of the access mode and the status flags.
    private static bool IsOpenForWriting(string information)
    {
        var flags = File.ReadLines(information).FirstOrDefault(line => line.StartsWith("flags:", StringComparison.Ordinal));
        return flags is not null && (Convert.ToInt32(flags["flags:".Length..].Trim(), 8) & AccessMode) != 0;
    }
}
