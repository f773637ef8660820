namespace BuildSharp.Linux;

/// <summary>A position in a tree of directories that a walk moves down by name and up again. However deep the tree is, only a few
/// descriptors are open, and the path is kept once and not for every level.</summary>
/// <remarks>The nearest levels stay open, so that an ordinary tree costs nothing more than opening each of its directories once. A level
/// further up is closed and, when the walk comes back to it, opened as ".." of the one below and compared by device and inode: a
/// directory that was moved meanwhile does not lead the walk elsewhere.</remarks>
public sealed class DirectoryPosition : IDisposable
{
    private const int MostOpen = 8;

    private readonly DirectoryHandle _top;
    private readonly List<Level> _levels = [];
    private byte[] _path = new byte[256];
    private int _length;
    private int _closed;

    /// <summary>A position at the top of a tree.</summary>
    /// <param name="top">The topmost directory, open for as long as the position is used. Not disposed.</param>
    public DirectoryPosition(DirectoryHandle top) => _top = top;

    /// <summary>The directory at this position; valid until the next move.</summary>
    public DirectoryHandle Directory => _levels.Count == 0 ? _top : _levels[^1].Directory;

    /// <summary>How many levels below the top this is.</summary>
    public int Depth => _levels.Count;

    /// <summary>The path from the top, without a slash at either end; empty at the top. Valid until the next move.</summary>
    public ReadOnlySpan<byte> Path => _path.AsSpan(0, _length);

    /// <summary>The path from the top of a name in this directory.</summary>
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

    /// <summary>Moves into a directory; a link is not followed.</summary>
    /// <exception cref="LinuxException">Nothing has the name, or no directory has it.</exception>
    public void Enter(ReadOnlySpan<byte> name) => Push(Directory.OpenDirectory(name), name);

    /// <summary>Moves into a directory, or stays when nothing has the name or something else than a directory has it.</summary>
    /// <param name="name">The name.</param>
    /// <param name="onThisMount">Whether a mount point is refused with EBUSY.</param>
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

    /// <param name="Directory">The directory; closed where the level is one of the first <see cref="_closed"/>.</param>
    /// <param name="Id">Its device and inode, known once it is closed.</param>
    /// <param name="LengthAbove">How long the path is without its name.</param>
    private readonly record struct Level(DirectoryHandle Directory, (ulong Device, ulong Inode) Id, int LengthAbove);
}
