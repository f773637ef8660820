using System.Globalization;
using System.Text;
using BuildSharp.Linux;

namespace BuildSharp.Containers.Running;

/// <summary>The directory that a runtime is pointed to for one run, with everything that lasts as long as the run. The lock on its file
/// <c>owner</c> is held as long as our process lives: the kernel lets go of it however we die.</summary>
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

    /// <summary>The run's name for the runtime, unique on the machine: cgroups are named by it.</summary>
    public string Id => System.IO.Path.GetFileName(Path);

    public string PidFile => System.IO.Path.Combine(Path, "pid");

    public string LogFile => System.IO.Path.Combine(Path, "log.json");

    /// <summary>Creates a bundle of a new id.</summary>
    /// <param name="runDirectory">As in <see cref="RunTarget.RunDirectory"/>.</param>
    /// <param name="containerId">Its head becomes part of the id, for whoever reads a process list.</param>
    public static Bundle Create(string runDirectory, string containerId)
    {
        var parent = Directory(runDirectory);
        System.IO.Directory.CreateDirectory(parent);
        var head = containerId[..Math.Min(12, containerId.Length)];
        var path = System.IO.Path.Combine(parent, $"buildsharp-{head}-{Guid.NewGuid().ToString("N")[..12]}");

        // Whoever looks for orphans takes this lock too, and so never sees a bundle without its owner.
        using var creating = LockAll(runDirectory);
        System.IO.Directory.CreateDirectory(path, (UnixFileMode)Octal.O711); // a mapped root may have to walk through it
        return new Bundle(runDirectory, path, FileLock.Acquire(OwnerFile(path), exclusive: true));
    }

    public static string Directory(string runDirectory) => System.IO.Path.Combine(runDirectory, "bundles");

    public static string OwnerFile(string bundle) => System.IO.Path.Combine(bundle, "owner");

    public static FileLock LockAll(string runDirectory) => FileLock.Acquire(System.IO.Path.Combine(runDirectory, "bundles.lock"), exclusive: true);

    /// <summary>Writes a file that is mounted into the container and gives its path.</summary>
    public string Write(string name, string content)
    {
        using var directory = DirectoryHandle.Open(Path);
        using var file = directory.CreateFile(name, Octal.O644);
        FileDescriptor.SetMode(file, Octal.O644); // whatever our umask
        FileDescriptor.Write(file, Encoding.UTF8.GetBytes(content));
        return System.IO.Path.Combine(Path, name);
    }

    public void WriteConfig(RuntimeSpec spec)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
        using var file = new FileStream(System.IO.Path.Combine(Path, "config.json"), options);
        file.Write(RuntimeSpecJson.Write(spec));
    }

    /// <summary>Notes the runtime, for a later process that has to end what this one leaves running.</summary>
    public void WriteRuntime(string program, IEnumerable<string> flags) => Write(RuntimeFile, string.Join('\0', [program, .. flags]));

    /// <summary>The runtime's program and its flags; null when no runtime was started.</summary>
    public static string[]? ReadRuntime(string bundle) =>
        System.IO.Path.Combine(bundle, RuntimeFile) is var path && File.Exists(path) ? File.ReadAllText(path).Split('\0') : null;

    /// <summary>Process id of the command in our namespace; null while there is none yet.</summary>
    public int? ReadPid() =>
        File.Exists(PidFile) && int.TryParse(File.ReadAllText(PidFile), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null;

    /// <summary>Removes a bundle whose owner's lock the caller has. Its file goes last and under the lock of all bundles, so that no sweep
    /// meets a bundle that has lost its owner's file.</summary>
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
