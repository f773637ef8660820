using System.Globalization;
using BuildSharp.Linux;

namespace BuildSharp.Running.Stubs;

/// <summary>A directory that overlay copied up from a lower layer when a stub was created in it, with its attributes in that
/// layer.</summary>
internal sealed record CopiedUpDirectory(string Path, int Mode, uint Uid, uint Gid, long ModifiedSeconds, int ModifiedNanoseconds);

/// <summary>The record of stubs in a container's directory, and its locks. Paths are relative to the root.</summary>
internal sealed class StubNotes(string stateDirectory)
{
    private const char End = '\0'; // a name may contain newlines but no NUL

    private readonly string _run = Path.Combine(stateDirectory, "run.lock");
    private readonly string _stubs = Path.Combine(stateDirectory, "run-stubs");
    private readonly string _copiedUp = Path.Combine(stateDirectory, "run-copied-up");

    /// <summary>Takes the lock for creating and removing stubs.</summary>
    public FileLock LockForChange() => FileLock.Acquire(Path.Combine(stateDirectory, "run-stubs.lock"), exclusive: true);

    /// <summary>Takes the lock that every run holds.</summary>
    public FileLock LockShared() => FileLock.Acquire(_run, exclusive: false);

    /// <summary>Takes the lock exclusively; null while a command runs in the container.</summary>
    public FileLock? TryLockAlone() => FileLock.TryAcquire(_run, exclusive: true);

    /// <summary>Whether a command runs in the container.</summary>
    public bool IsRunning => FileLock.IsHeld(_run);

    /// <summary>Adds to both records.</summary>
    public void Add(IEnumerable<string> newStubs, IEnumerable<CopiedUpDirectory> newCopiedUp)
    {
        Append(_stubs, string.Concat(newStubs.Select(path => path + End)));
        Append(_copiedUp, string.Concat(newCopiedUp.Select(entry => string.Create(
            CultureInfo.InvariantCulture, $"{entry.Mode} {entry.Uid} {entry.Gid} {entry.ModifiedSeconds} {entry.ModifiedNanoseconds} {entry.Path}{End}"))));
    }

    /// <summary>The stubs in order of creation.</summary>
    public IReadOnlyList<string> ReadStubs() => Read(_stubs);

    public IReadOnlyList<CopiedUpDirectory> ReadCopiedUp() => [.. Read(_copiedUp).Select(ParseCopiedUp).OfType<CopiedUpDirectory>()];

    public void ClearStubs() => File.Delete(_stubs);

    private static void Append(string path, string text)
    {
        if (text.Length > 0)
        {
            File.AppendAllText(path, text);
        }
    }

    private static string[] Read(string path) => File.Exists(path) ? File.ReadAllText(path).Split(End, StringSplitOptions.RemoveEmptyEntries) : [];

    // Ignores an incomplete last entry, which a crash may leave.
    private static CopiedUpDirectory? ParseCopiedUp(string text)
    {
        var fields = text.Split(' ', 6);
        var culture = CultureInfo.InvariantCulture;
        return fields.Length == 6
            && int.TryParse(fields[0], culture, out var mode)
            && uint.TryParse(fields[1], culture, out var uid)
            && uint.TryParse(fields[2], culture, out var gid)
            && long.TryParse(fields[3], culture, out var seconds)
            && int.TryParse(fields[4], culture, out var nanoseconds)
                ? new CopiedUpDirectory(fields[5], mode, uid, gid, seconds, nanoseconds)
                : null;
    }
}
