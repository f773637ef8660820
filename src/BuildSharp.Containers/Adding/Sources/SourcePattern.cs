using System.Buffers;
using System.Text;
using BuildSharp.Linux;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Storage.Diffs;

namespace BuildSharp.Containers.Adding.Sources;

/// <summary>A source as a pattern; finds the matching items below a root, sorted by name (Dockerfile reference, COPY, "Pattern
/// matching").</summary>
internal sealed class SourcePattern
{
    // Matches any number of directories.
    private const string AnyDepth = "**";

    // PATH_MAX without its zero byte: the kernel resolves no longer path.
    private const int MostBytes = 4095;

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
                    // The pivot, as in rsync: with --parents only the path after "/./" is created at the destination. After a wildcard it
                    // has no effect, as in buildah, because the names that distinguish the matches would be lost.
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

        // Several ** in a row match what one does.
        _names = [.. _names.Where((name, at) => at == 0 || name.Text != AnyDepth || _names[at - 1].Text != AnyDepth)];
    }

    /// <summary>The source as written.</summary>
    public string Text { get; }

    /// <summary>Whether the source has a wildcard, and so may match several items or none.</summary>
    public bool HasWildcard => _names.Any(name => !name.IsLiteral);

    /// <summary>Path of a source without wildcards, with a leading <c>/</c>.</summary>
    public string LiteralPath => "/" + string.Join('/', _names.Select(name => name.LiteralText));

    /// <summary>Parses a source.</summary>
    /// <param name="text">The source as written.</param>
    /// <exception cref="BuildSharpException">The path leaves the root by <c>..</c>, or a character class is malformed.</exception>
    public static SourcePattern Parse(string text) => new(text);

    /// <summary>Finds the matching items, each once.</summary>
    /// <param name="root">The source's root.</param>
    /// <param name="followLinks">Whether to match the targets of links, inside the root.</param>
    /// <param name="filter">Files that will be left out; null for none.</param>
    /// <exception cref="BuildSharpException">A <c>**</c> matches a path that is too deep for an image and not left out.</exception>
    public List<SourceItem> Find(DirectoryHandle root, bool followLinks, IPathFilter? filter = null)
    {
        var found = new List<SourceItem>();

        // Several ** match the same directory in many ways.
        var seen = _names.Count(name => name.Text == AnyDepth) > 1 ? new HashSet<(int, string)>() : null;

        // A stack of our own, because a source may have more names, and a tree more levels, than a thread's stack has room for.
        var open = new Stack<Place>();
        open.Push(new Place([], 0, _pivot < 0 ? 0 : -1));
        var next = new List<Place>();
        while (open.TryPop(out var place))
        {
            if (seen?.Add((place.Depth, Encoding.Latin1.GetString(place.Path))) == false)
            {
                continue;
            }

            next.Clear();
            Visit(root, place, followLinks, found, next, filter);
            for (var i = next.Count - 1; i >= 0; i--)
            {
                open.Push(next[i]);
            }
        }

        return found;
    }

    /// <summary>Matches one more name of the pattern, and adds the places from which the next one is matched.</summary>
    private void Visit(DirectoryHandle root, Place place, bool followLinks, List<SourceItem> found, List<Place> next, IPathFilter? filter)
    {
        var (path, depth, pivotLength) = WithLiterals(place);
        if (path.Length > MostBytes)
        {
            return;
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
        if (name.Text != AnyDepth)
        {
            next.AddRange(SortedEntries(root, path, followLinks: true).Where(entry => name.Matches(entry.NameText))
                .Select(entry => new Place(Join(path, entry.Name), depth + 1, pivotLength)));
            return;
        }

        if (path.Length > 0 && !root.Exists(path))
        {
            return;
        }

        next.Add(new Place(path, depth + 1, pivotLength));
        foreach (var entry in SortedEntries(root, path, followLinks: false))
        {
            if (entry.Type is FileType.Directory or FileType.Unknown)
            {
                var inner = Join(path, entry.Name);
                if (NameLimits.Allow(inner) || filter?.IsIgnored(Encoding.UTF8.GetString(inner)) != true)
                {
                    NameLimits.Require(inner);
                    next.Add(new Place(inner, depth, pivotLength));
                }
            }
            else if (depth == _names.Count - 1)
            {
                next.Add(new Place(Join(path, entry.Name), depth + 1, pivotLength));
            }
        }
    }

    /// <summary>The place behind the names without wildcards that come next.</summary>
    private Place WithLiterals(Place place)
    {
        var depth = place.Depth;
        var pivotLength = PivotAt(place.Path.Length, depth, place.PivotLength);
        if (depth == _names.Count || !_names[depth].IsLiteral)
        {
            return place with { PivotLength = pivotLength };
        }

        var path = new ArrayBufferWriter<byte>();
        path.Write(place.Path);
        for (; depth < _names.Count && _names[depth].IsLiteral; pivotLength = PivotAt(path.WrittenCount, ++depth, pivotLength))
        {
            if (path.WrittenCount > 0)
            {
                path.Write("/"u8);
            }

            path.Write(Encoding.UTF8.GetBytes(_names[depth].LiteralText!));
        }

        return new Place(path.WrittenSpan.ToArray(), depth, pivotLength);
    }

    /// <summary>Where the part for --parents starts: after the pivot, or at the start. With "**" this point is reached once for each
    /// matching directory; the first time is the right one.</summary>
    private int PivotAt(int length, int depth, int pivotLength) =>
        depth != _pivot || pivotLength >= 0 ? pivotLength : length == 0 ? 0 : length + 1;

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

    /// <param name="Path">What the first names stand for.</param>
    /// <param name="Depth">How many names those are.</param>
    /// <param name="PivotLength">How much of the path --parents leaves out; negative before that is known.</param>
    private readonly record struct Place(byte[] Path, int Depth, int PivotLength);
}
