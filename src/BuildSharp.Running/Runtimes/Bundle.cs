using System.Globalization;
using System.Text;
using BuildSharp.Linux;
using BuildSharp.Running.Spec;

namespace BuildSharp.Running.Runtimes;

/// <summary>The bundle directory of one run (OCI runtime-spec, bundle.md), with all its temporary files. Our process holds a lock on its
/// file <c>owner</c>, which the kernel releases when the process ends, however it ends.</summary>
internal sealed class Bundle : IDisposable
{
    private const string RuntimeFile = "runtime";

    private readonly string _runDirectory;
    private readonly FileLock _owner;

    private Bundle(string runDirectory, string path, FileLock owner)
    {
        _runDirectory = runDirectory;
        Path = path;
        _owner = owner;
    }

    public string Path { get; }

    /// <summary>ID of the run for the runtime; unique on the machine, because cgroups are named by it.</summary>
    public string Id => System.IO.Path.GetFileName(Path);

    public string PidFile => System.IO.Path.Combine(Path, "pid");

    public string LogFile => System.IO.Path.Combine(Path, "log.json");

    /// <summary>Creates a bundle with a new ID.</summary>
    /// <param name="runDirectory">As in <see cref="RunTarget.RunDirectory"/>.</param>
    /// <param name="containerId">Its first digits become part of the ID, to recognise the container in process lists.</param>
    public static Bundle Create(string runDirectory, string containerId)
    {
        var parent = Directory(runDirectory);
        System.IO.Directory.CreateDirectory(parent);
        var head = containerId[..Math.Min(12, containerId.Length)];
        var path = System.IO.Path.Combine(parent, $"buildsharp-{head}-{RandomBytes.Hex(12)}");

        // A sweep takes the same lock, so it never sees a new bundle whose owner lock is not taken yet.
        using var creating = LockAll(runDirectory);
        System.IO.Directory.CreateDirectory(path, (UnixFileMode)Octal.O711); // a root mapped to another user must be able to enter it
        return new Bundle(runDirectory, path, FileLock.Acquire(OwnerFile(path), exclusive: true));
    }

    public static string Directory(string runDirectory) => System.IO.Path.Combine(runDirectory, "bundles");

    public static string OwnerFile(string bundle) => System.IO.Path.Combine(bundle, "owner");

    public static FileLock LockAll(string runDirectory) => FileLock.Acquire(System.IO.Path.Combine(runDirectory, "bundles.lock"), exclusive: true);

    /// <summary>Writes a file that is mounted into the container, and returns its path.</summary>
    public string Write(string name, string content)
    {
        using var directory = DirectoryHandle.Open(Path);
        using var file = directory.CreateFile(name, Octal.O644);
        FileDescriptor.SetMode(file, Octal.O644); // independent of our umask
        FileDescriptor.Write(file, Encoding.UTF8.GetBytes(content));
        return System.IO.Path.Combine(Path, name);
    }

    public void WriteConfig(RuntimeSpec spec)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
        using var file = new FileStream(System.IO.Path.Combine(Path, "config.json"), options);
        file.Write(RuntimeSpecJson.Write(spec));
    }

    /// <summary>Records the runtime, so that a later process can end the run if this process is killed.</summary>
    public void WriteRuntime(string program, IEnumerable<string> flags) => Write(RuntimeFile, string.Join('\0', [program, .. flags]));

    /// <summary>Program and flags of the recorded runtime; null when none was started.</summary>
    public static string[]? ReadRuntime(string bundle)
    {
        var path = System.IO.Path.Combine(bundle, RuntimeFile);
        // A process that is killed between creating the file and its single write leaves it empty, and has not started the runtime.
        return File.Exists(path) && File.ReadAllText(path) is { Length: > 0 } text ? text.Split('\0') : null;
    }

    /// <summary>Process ID of the command, in our PID namespace; null before it has started.</summary>
    public int? ReadPid() =>
        File.Exists(PidFile) && int.TryParse(File.ReadAllText(PidFile), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null;

    /// <summary>Removes a bundle whose owner lock the caller holds. Deletes the owner file last, under the lock of all bundles, so that a
    /// sweep never sees a bundle without it.</summary>
    public static void Remove(string runDirectory, string path)
    {
        using (var bundle = DirectoryHandle.Open(path))
        {
            var owner = System.IO.Path.GetFileName(OwnerFile(path));
            foreach (var entry in bundle.ReadEntries().Where(entry => entry.NameText != owner))
            {
                bundle.RemoveTree(entry.Name);
            }
        }

        using var changing = LockAll(runDirectory);
        using var parent = DirectoryHandle.Open(Directory(runDirectory));
        parent.RemoveTree(System.IO.Path.GetFileName(path));
    }

    public void Dispose()
    {
        Remove(_runDirectory, Path);
        _owner.Dispose();
    }
}
