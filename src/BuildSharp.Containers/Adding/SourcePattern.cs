using System.Text;
using BuildSharp.Linux;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Storage.Diffs;

namespace BuildSharp.Containers.Adding;

/// <summary>Finds what a source word stands for below its root, in the order of names (dockerfile.md §8.1).</summary>
internal sealed class SourcePattern
{
    // Stands for any number of directories.
    private const string AnyDepth = "**";

    private readonly List<PathGlob> _names = [];
    private readonly int _pivot = -1;

    private SourcePattern(string text)
    {
        Text = text;
        var parts = text.Split('/');
        for (var i = 0; i < parts.Length; i++)
        {
            var part = parts[i];
            switch (part)
            {
                case "":
                    break;
                case ".":
                    // rsync's sign, between two slashes: with --parents only what stands after it is made at the destination. What follows
                    // a wildcard would lose the names that tell its matches apart, so there the sign has no meaning, as in buildah.
                    if (_pivot < 0 && _names.Count > 0 && i < parts.Length - 1 && !HasWildcard)
                    {
                        _pivot = _names.Count;
                    }

                    break;
                case "..":
                    if (_names.Count == 0)
                    {
                        throw new BuildSharpException(
                            $"possible escaping context directory error: copier: stat: \"{text}\": no such file or directory");
                    }

                    _names.RemoveAt(_names.Count - 1);
                    _pivot = Math.Min(_pivot, _names.Count);
                    break;
                default:
                    _names.Add(Read(part));
                    break;
            }
        }
    }

    /// <summary>The word as written.</summary>
    public string Text { get; }

    /// <summary>Whether the word has a wildcard, so that it may match several items or none.</summary>
    public bool HasWildcard => _names.Any(name => !name.IsLiteral);

    /// <summary>The path that a word without wildcards means, with <c>/</c> in front.</summary>
    public string LiteralPath => "/" + string.Join('/', _names.Select(name => name.LiteralText));

    /// <summary>Reads a word.</summary>
    /// <param name="text">The word.</param>
    /// <exception cref="BuildSharpException">It leaves the root by <c>..</c> or has a broken class.</exception>
    public static SourcePattern Parse(string text) => new(text);

    /// <summary>All items that match.</summary>
    /// <param name="root">The source's root.</param>
    /// <param name="followLinks">Whether an item that is a link stands for what it points to, inside the root.</param>
    /// <param name="filter">What will be left out; null for nothing.</param>
    /// <exception cref="BuildSharpException">A <c>**</c> leads to what is too deep for an image and not left out.</exception>
    public List<SourceItem> Find(DirectoryHandle root, bool followLinks, IPathFilter? filter = null)
    {
        var found = new List<SourceItem>();
        Find(root, [], 0, followLinks, _pivot < 0 ? 0 : -1, found, filter);
        return found;
    }

    private void Find(DirectoryHandle root, byte[] path, int depth, bool followLinks, int pivotLength, List<SourceItem> found, IPathFilter? filter)
    {
        // Where the part for --parents begins: after the pivot's directories, or at the start. A ** comes here once for each directory
        // that it stands for; the first time is the pivot's.
        if (depth == _pivot && pivotLength < 0)
        {
            pivotLength = path.Length == 0 ? 0 : path.Length + 1;
        }

        if (depth == _names.Count)
        {
            if (path.Length == 0)
            {
                found.Add(new SourceItem(path, root.Stat()));
            }
            else if (root.TryStat(path, out var status, followLinks))
            {
                found.Add(new SourceItem(path, status, path.Length - Math.Clamp(pivotLength, 0, path.Length)));
            }

            return;
        }

        var name = _names[depth];
        if (name.Text == AnyDepth)
        {
            Find(root, path, depth + 1, followLinks, pivotLength, found, filter);
            foreach (var entry in SortedEntries(root, path, followLinks: false))
            {
                if (entry.Type is FileType.Directory or FileType.Unknown)
                {
                    var inner = Join(path, entry.Name);
                    if (!NameLimits.Allow(inner) && filter?.IsIgnored(Encoding.UTF8.GetString(inner)) == true)
                    {
                        continue;
                    }

                    NameLimits.Require(inner);
                    Find(root, inner, depth, followLinks, pivotLength, found, filter);
                }
                else if (depth == _names.Count - 1)
                {
                    Find(root, Join(path, entry.Name), depth + 1, followLinks, pivotLength, found, filter);
                }
            }
        }
        else if (name.IsLiteral)
        {
            Find(root, Join(path, Encoding.UTF8.GetBytes(name.LiteralText!)), depth + 1, followLinks, pivotLength, found, filter);
        }
        else
        {
            foreach (var entry in SortedEntries(root, path, followLinks: true))
            {
                if (name.Matches(entry.NameText))
                {
                    Find(root, Join(path, entry.Name), depth + 1, followLinks, pivotLength, found, filter);
                }
            }
        }
    }

    internal static byte[] Join(byte[] directory, byte[] name) => directory.Length == 0 ? name : [.. directory, (byte)'/', .. name];

    private static List<NamedEntry> SortedEntries(DirectoryHandle root, byte[] path, bool followLinks)
    {
        using var directory = root.TryOpenDirectory(path.Length == 0 ? "."u8 : path, followLinks);
        if (directory is null)
        {
            return [];
        }

        var entries = directory.ReadEntries();
        entries.Sort((left, right) => left.Name.AsSpan().SequenceCompareTo(right.Name));
        return entries;
    }

    private static PathGlob Read(string name)
    {
        try
        {
            return PathGlob.ParsePlain(name);
        }
        catch (FormatException error)
        {
            throw new BuildSharpException(error.Message, error);
        }
    }
}
