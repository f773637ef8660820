using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running.Preparing;
using BuildSharp.Running.Spec;

namespace BuildSharp.Running.Stubs;

/// <summary>Finds and creates the mount targets that a root lacks.</summary>
/// <param name="root">The container's root.</param>
/// <param name="upperDirectory">Overlay's upper directory of that root; null for another driver.</param>
internal sealed class MissingTargets(DirectoryHandle root, string? upperDirectory)
{
    private readonly List<(string Path, bool IsFile)> _missing = [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileStatus> _parents = new(StringComparer.Ordinal);
    private readonly List<CopiedUpDirectory> _copiedUp = [];

    /// <summary>Targets to remove after the run, parents first. /dev, /proc and /sys are kept, because every image in which a command has
    /// run has them.</summary>
    public IEnumerable<string> Stubs => _missing.Select(target => target.Path).Where(path => path is not ("dev" or "proc" or "sys"));

    /// <summary>Directories that overlay copies up from a lower layer when targets are created in them, and that would then count as
    /// changed.</summary>
    public IReadOnlyList<CopiedUpDirectory> CopiedUp => _copiedUp;

    /// <summary>Checks the target of one mount, whose destination has no links (<see cref="MountPlaces"/>).</summary>
    /// <exception cref="BuildSharpException">A parent of the target is not a directory.</exception>
    public void Add(SpecMount mount)
    {
        if (mount.Destination == "/")
        {
            return;
        }

        var names = mount.Destination[1..].Split('/');
        for (var count = 1; count <= names.Length; count++)
        {
            var path = string.Join('/', names, 0, count);
            var isLast = count == names.Length;
            if (_known.Contains(path))
            {
                continue;
            }

            if (root.TryStat(path, out var found))
            {
                if (!isLast && !found.IsDirectory)
                {
                    throw new BuildSharpException($"mounting on {mount.Destination}: /{path} in the container is not a directory");
                }

                continue;
            }

            NoteParent(count == 1 ? "." : string.Join('/', names, 0, count - 1));
            _known.Add(path);
            _missing.Add((path, isLast && mount.Type == "bind" && !Directory.Exists(mount.Source)));
        }
    }

    /// <summary>Creates the targets, owned by root and dated 1970, and restores the times of their parent directories.</summary>
    public void Make()
    {
        foreach (var (path, isFile) in _missing)
        {
            const int fileMode = Octal.O644;
            const int directoryMode = Octal.O755;
            if (isFile)
            {
                root.CreateFile(path, fileMode).Dispose();
            }
            else
            {
                root.MakeDirectory(path, directoryMode);
            }

            root.SetMode(path, isFile ? fileMode : directoryMode); // independent of our umask
        }

        foreach (var (path, _) in _missing)
        {
            root.SetTimes(path, 0, 0);
        }

        foreach (var (path, before) in _parents)
        {
            root.SetTimes(path, before.ModifiedSeconds, before.ModifiedNanoseconds);
        }
    }

    private void NoteParent(string path)
    {
        if (_known.Contains(path) || _parents.ContainsKey(path))
        {
            return;
        }

        var status = root.Stat(path);
        _parents.Add(path, status);
        if (upperDirectory is null || path == ".")
        {
            return;
        }

        using var upper = DirectoryHandle.Open(upperDirectory);
        if (!upper.Exists(path))
        {
            _copiedUp.Add(new CopiedUpDirectory(path, status.Mode, status.Uid, status.Gid, status.ModifiedSeconds, status.ModifiedNanoseconds));
        }
    }
}
