using System.Text;
using BuildSharp.Linux;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Storage.Diffs;

namespace BuildSharp.Containers.Adding;

/// <summary>A source as a pattern; finds the matching items below a root, sorted by name (Dockerfile reference, COPY, "Pattern
/// matching").</summary>
internal sealed class SourcePattern
{
    // Matches any number of directories.
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

    /// <summary>Finds the matching items.</summary>
    /// <param name="root">The source's root.</param>
    /// <param name="followLinks">Whether to match the targets of links, inside the root.</param>
    /// <param name="filter">Files that will be left out; null for none.</param>
    /// <exception cref="BuildSharpException">A <c>**</c> matches a path that is too deep for an image and not left out.</exception>
    public List<SourceItem> Find(DirectoryHandle root, bool followLinks, IPathFilter? filter = null)
    {
        var found = new List<SourceItem>();
        Find(root, [], 0, followLinks, _pivot < 0 ? 0 : -1, found, filter);
        return found;
    }

    private void Find(DirectoryHandle root, byte[] path, int depth, bool followLinks, int pivotLength, List<SourceItem> found, IPathFilter? filter)
    {
        // Record where the part for --parents starts: after the pivot, or at the start. With "**" this point is reached once for each
        // matching directory; the first time is the right one.
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
