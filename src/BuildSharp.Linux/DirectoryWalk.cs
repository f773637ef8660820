namespace BuildSharp.Linux;

/// <summary>Visits all entries of a tree; a directory precedes its content, which is visited if the caller enters it. The order in a
/// directory is the file system's, or that of the names' bytes. Uses few descriptors and no recursion, see <see cref="DirectoryPosition"/>.</summary>
public sealed class DirectoryWalk : IDisposable
{
    private readonly DirectoryPosition _position;
    private readonly Stack<List<NamedEntry>.Enumerator> _levels = [];
    private readonly bool _isSorted;

    /// <summary>Creates a walk that starts before the first entry of a directory.</summary>
    /// <param name="top">The directory; must stay open as long as the walk is used. Not disposed.</param>
    /// <param name="isSorted">Whether the entries of each directory are sorted.</param>
    public DirectoryWalk(DirectoryHandle top, bool isSorted = false)
    {
        _position = new DirectoryPosition(top);
        _isSorted = isSorted;
        Push(top);
    }

    /// <summary>The current entry.</summary>
    public NamedEntry Current { get; private set; }

    /// <summary>Directory of the current entry; valid until the next step.</summary>
    public DirectoryHandle Directory => _position.Directory;

    /// <summary>Number of levels of that directory below the top.</summary>
    public int Depth => _position.Depth;

    /// <summary>Path of the current entry from the top.</summary>
    public byte[] Path => _position.PathOf(Current.Name);

    /// <summary>Advances to the next entry: in the directory that was entered, otherwise in the current one, then in those above; false at
    /// the end.</summary>
    /// <exception cref="LinuxException">ESTALE: a directory on the path was moved or removed.</exception>
    public bool MoveNext()
    {
        while (_levels.TryPop(out var level))
        {
            if (level.MoveNext())
            {
                Current = level.Current;
                _levels.Push(level);
                return true;
            }

            if (_levels.Count > 0)
            {
                _position.Leave();
            }
        }

        return false;
    }

    /// <summary>Enters the current directory, so that its entries come next.</summary>
    /// <returns>False when the entry is not a directory or no longer exists.</returns>
    public bool TryEnter()
    {
        if (Current.Type is not (FileType.Directory or FileType.Unknown) || !_position.TryEnter(Current.Name))
        {
            return false;
        }

        Push(_position.Directory);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _position.Dispose();

    private void Push(DirectoryHandle directory)
    {
        var entries = directory.ReadEntries();
        if (_isSorted)
        {
            entries.Sort(static (left, right) => left.Name.AsSpan().SequenceCompareTo(right.Name));
        }

        _levels.Push(entries.GetEnumerator());
    }
}
