using System.Globalization;

namespace BuildSharp.Linux;

/// <summary>Finds processes of this machine, and ends them.</summary>
public static class ProcessSearch
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Kills all processes that have a mount with the text in its line of the mount table, and waits at most two seconds for their
    /// end. Processes of other users are killed only if this process is root.</summary>
    /// <param name="text">A text that no other mount has, such as a random name of a directory.</param>
    public static void EndUsersOfMount(string text) => End(process => Mentions($"/proc/{process}/mountinfo", text));

    /// <summary>Kills all processes that fulfil a condition, except this one, and waits at most two seconds for their end.</summary>
    /// <param name="isWanted">The condition for a process id.</param>
    internal static void End(Func<int, bool> isWanted)
    {
        for (var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds; Environment.TickCount64 < deadline; Thread.Sleep(5))
        {
            List<int> wanted = [.. Directory.EnumerateDirectories("/proc").Select(Number).OfType<int>().Where(isWanted)];
            if (wanted.Count == 0)
            {
                return;
            }

            wanted.ForEach(process => Signals.Send(process, Signals.Kill));
        }
    }

    private static int? Number(string path) =>
        int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number != Environment.ProcessId ? number : null;

    private static bool Mentions(string file, string text)
    {
        try
        {
            return File.ReadAllText(file).Contains(text, StringComparison.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // The process has ended, or belongs to another user.
        }
    }
}
