namespace BuildSharp.Linux;

/// <summary>Visits everything in a tree, each directory before what is in it if the caller enters it. The order in a directory is the file
/// system's. Needs a few descriptors and no recursion, however deep the tree is, see <see cref="DirectoryPosition"/>.</summary>
public sealed class DirectoryWalk : IDisposable
{
    private readonly DirectoryPosition _position;
    private readonly Stack<List<NamedEntry>.Enumerator> _levels = [];

    /// <summary>A walk that begins with the first entry of a directory.</summary>
    /// <param name="top">The directory, open for as long as the walk is used. Not disposed.</param>
    public DirectoryWalk(DirectoryHandle top)
    {
        _position = new DirectoryPosition(top);
        _levels.Push(top.ReadEntries().GetEnumerator());
    }

    /// <summary>The entry that the walk is at.</summary>
    public NamedEntry Current { get; private set; }

    /// <summary>The directory that the entry is in; valid until the next step.</summary>
    public DirectoryHandle Directory => _position.Directory;

    /// <summary>How many levels below the top that directory is.</summary>
    public int Depth => _position.Depth;

    /// <summary>The entry's path from the top.</summary>
    public byte[] Path => _position.PathOf(Current.Name);

    /// <summary>Steps to the next entry: in the directory that was entered, then in those above; false at the end.</summary>
    /// <exception cref="LinuxException">ESTALE: a directory on the way was moved or removed.</exception>
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

    /// <summary>Enters the directory that the walk is at: its entries come next.</summary>
    /// <returns>False when the entry is no directory, or is gone.</returns>
    public bool TryEnter()
    {
        if (Current.Type is not (FileType.Directory or FileType.Unknown) || !_position.TryEnter(Current.Name))
        {
            return false;
        }

        _levels.Push(_position.Directory.ReadEntries().GetEnumerator());
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _position.Dispose();
}
