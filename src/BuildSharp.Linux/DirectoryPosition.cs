namespace BuildSharp.Linux;

/// <summary>A position in a tree of directories, moved down by name and up again. It keeps few descriptors open, however deep the tree is,
/// and one path instead of one per level.</summary>
/// <remarks>The nearest levels stay open, so in an ordinary tree each directory is opened once. Levels further up are closed. When the walk
/// returns to one, it is opened as ".." of the level below and compared by device and inode, so a directory that was moved meanwhile cannot
/// divert the walk.</remarks>
public sealed class DirectoryPosition : IDisposable
{
    private const int MostOpen = 8;

    private readonly DirectoryHandle _top;
    private readonly List<Level> _levels = [];
    private byte[] _path = new byte[256];
    private int _length;
    private int _closed;

    /// <summary>Creates a position at the top of a tree.</summary>
    /// <param name="top">The top directory; must stay open as long as the position is used. Not disposed.</param>
    public DirectoryPosition(DirectoryHandle top) => _top = top;

    /// <summary>The directory at this position; valid until the next move.</summary>
    public DirectoryHandle Directory => _levels.Count == 0 ? _top : _levels[^1].Directory;

    /// <summary>Number of levels below the top.</summary>
    public int Depth => _levels.Count;

    /// <summary>The path from the top, without a slash at either end; empty at the top. Valid until the next move.</summary>
    public ReadOnlySpan<byte> Path => _path.AsSpan(0, _length);

    /// <summary>Path from the top of a name in the current directory.</summary>
    public byte[] PathOf(ReadOnlySpan<byte> name)
    {
        if (_length == 0)
        {
            return name.ToArray();
        }

        var path = new byte[_length + 1 + name.Length];
        Path.CopyTo(path);
        path[_length] = (byte)'/';
        name.CopyTo(path.AsSpan(_length + 1));
        return path;
    }

    /// <summary>Moves into a directory; a symbolic link is not followed.</summary>
    /// <exception cref="LinuxException">The name does not exist or is not a directory.</exception>
    public void Enter(ReadOnlySpan<byte> name) => Push(Directory.OpenDirectory(name), name);

    /// <summary>Moves into a directory; stays and returns false when the name does not exist or is not a directory.</summary>
    /// <param name="name">The name.</param>
    /// <param name="onThisMount">Whether to refuse a mount point with EBUSY.</param>
    public bool TryEnter(ReadOnlySpan<byte> name, bool onThisMount = false)
    {
        if ((onThisMount ? Directory.TryOpenOnThisMount(name) : Directory.TryOpenDirectory(name)) is not { } directory)
        {
            return false;
        }

        Push(directory, name);
        return true;
    }

    /// <summary>Moves up by one level.</summary>
    /// <exception cref="LinuxException">ESTALE: the directory above was moved or removed since it was left.</exception>
    public void Leave()
    {
        var left = _levels[^1];
        _levels.RemoveAt(_levels.Count - 1);
        _length = left.LengthAbove;
        using (left.Directory)
        {
            if (_levels.Count > 0 && _closed == _levels.Count)
            {
                var above = _levels[^1];
                _levels[^1] = above with { Directory = left.Directory.OpenAbove(above.Directory, above.Id) };
                _closed--;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (; _closed < _levels.Count; _closed++)
        {
            _levels[_closed].Directory.Dispose();
        }
    }

    private void Push(DirectoryHandle directory, ReadOnlySpan<byte> name)
    {
        _levels.Add(new Level(directory, default, _length));
        var start = _length == 0 ? 0 : _length + 1;
        if (start + name.Length > _path.Length)
        {
            Array.Resize(ref _path, Math.Max(_path.Length * 2, start + name.Length));
        }

        if (start > 0)
        {
            _path[_length] = (byte)'/';
        }

        name.CopyTo(_path.AsSpan(start));
        _length = start + name.Length;
        if (_levels.Count - _closed > MostOpen)
        {
            var far = _levels[_closed];
            var status = far.Directory.Stat();
            far.Directory.Dispose();
            _levels[_closed] = far with { Id = (status.DeviceId, status.Inode) };
            _closed++;
        }
    }

    /// <param name="Directory">The directory; closed for the first <see cref="_closed"/> levels.</param>
    /// <param name="Id">Device and inode, set when the directory is closed.</param>
    /// <param name="LengthAbove">Length of the path without its name.</param>
    private readonly record struct Level(DirectoryHandle Directory, (ulong Device, ulong Inode) Id, int LengthAbove);
}
