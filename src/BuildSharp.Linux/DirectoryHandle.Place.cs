using System.Runtime.CompilerServices;

namespace BuildSharp.Linux;

public sealed partial class DirectoryHandle
{
    /// <summary>The last component of a path and the directory that contains it.</summary>
    private readonly ref struct Place
    {
        private readonly bool _owned;

        internal Place(int directory, bool owned, ReadOnlySpan<byte> name)
        {
            Directory = directory;
            _owned = owned;
            Name = name;
        }

        internal int Directory { get; }

        internal ReadOnlySpan<byte> Name { get; }

        public void Dispose()
        {
            if (_owned)
            {
                _ = close(Directory);
            }
        }
    }

    /// <summary>Finds the place of the last component. Symbolic links before it are resolved inside this directory.</summary>
    /// <returns>False when a parent directory is missing.</returns>
    [SkipLocalsInit]
    private bool TryLocate(ReadOnlySpan<byte> path, string call, out Place place)
    {
        var trimmed = path.Trim((byte)'/');
        var slash = trimmed.LastIndexOf((byte)'/');
        var name = trimmed[(slash + 1)..];
        if (name.SequenceEqual(".."u8) || name.IsEmpty || name.SequenceEqual("."u8))
        {
            throw new LinuxException(call, Within(path), Errno.EINVAL);
        }

        if (slash < 0)
        {
            place = new Place(Descriptor, owned: false, name);
            return true;
        }

        var parent = TryOpenDescriptor(trimmed[..slash], OpenFlags.Path | OpenFlags.Directory, 0);
        if (parent < 0)
        {
            place = default;
            return LastError is Errno.ENOENT or Errno.ENOTDIR ? false : throw Failed("openat2", path);
        }

        place = new Place(parent, owned: true, name);
        return true;
    }

    private Place Locate(ReadOnlySpan<byte> path, string call) =>
        TryLocate(path, call, out var place) ? place : throw Failed(call, path);

    private static bool NamesItself(ReadOnlySpan<byte> path)
    {
        var trimmed = path.Trim((byte)'/');
        return trimmed.IsEmpty || trimmed.SequenceEqual("."u8);
    }
}
