using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Adding.Sources;

/// <summary>A source and the items that it matches.</summary>
/// <param name="Root">The opened root.</param>
/// <param name="RootPath">Path of the root, for messages.</param>
/// <param name="Pattern">The source as a pattern.</param>
/// <param name="Items">The matching items.</param>
internal sealed record MatchedSource(DirectoryHandle Root, string RootPath, SourcePattern Pattern, IReadOnlyList<SourceItem> Items)
{
    /// <summary>Finds the items of a source.</summary>
    /// <exception cref="BuildSharpException">The path does not exist, or a wildcard has no match where that is an error.</exception>
    public static MatchedSource Find(DirectoryHandle root, LocalSource source, AddRequest request)
    {
        var where = $"checking on sources under \"{source.Root}\": ";
        SourcePattern pattern;
        try
        {
            pattern = SourcePattern.Parse(source.Pattern);
        }
        catch (BuildSharpException e)
        {
            throw new BuildSharpException(where + e.Message, e);
        }

        if (pattern.HasWildcard && !request.AllowWildcards)
        {
            throw new BuildSharpException($"{where}\"{source.Pattern}\": wildcards are not allowed");
        }

        try
        {
            var items = pattern.Find(root, request.FollowLinks, source.Filter ?? request.Filter);
            return items.Count == 0 && !pattern.HasWildcard
                ? throw new BuildSharpException($"{where}copier: stat: \"{pattern.LiteralPath}\": no such file or directory")
                : new MatchedSource(root, source.Root, pattern, items);
        }
        catch (LinuxException e)
        {
            throw new BuildSharpException($"{where}copier: stat: \"{(pattern.HasWildcard ? pattern.Text : pattern.LiteralPath)}\": {e.Reason}", e);
        }
    }

    /// <summary>Whether the filter leaves the item out, by its own path or by its path with links resolved: a link must not include an
    /// ignored file. The root itself is never left out.</summary>
    /// <param name="item">The item.</param>
    /// <param name="real">Its path without links, see <see cref="RealPath"/>.</param>
    /// <param name="filter">The filter; null for none.</param>
    public static bool IsIgnored(SourceItem item, byte[] real, IPathFilter? filter) =>
        filter is not null && item.Path.Length > 0
        && (filter.IsIgnored(Encoding.UTF8.GetString(item.Path)) || (real.Length > 0 && filter.IsIgnored(Encoding.UTF8.GetString(real))));

    /// <summary>Whether an exception includes a file below an ignored item. Exceptions apply to paths without links, so the path of a link
    /// itself never matches one.</summary>
    /// <param name="item">The item.</param>
    /// <param name="real">Its path without links, see <see cref="RealPath"/>.</param>
    /// <param name="filter">The filter that leaves it out.</param>
    public static bool HoldsIncluded(SourceItem item, byte[] real, IPathFilter filter) =>
        item.Status.IsDirectory && filter.NamesIncluded(Encoding.UTF8.GetString(real))
        && (item.Path.AsSpan().SequenceEqual(real) || !filter.IsIgnored(Encoding.UTF8.GetString(item.Path)));

    /// <summary>The filter for one item.</summary>
    /// <param name="item">The item.</param>
    /// <param name="real">Its path without links, see <see cref="RealPath"/>.</param>
    /// <param name="ignored">Filter of the whole source; null for none.</param>
    /// <param name="request">Provides the exclusions.</param>
    public static IPathFilter? FilterOf(SourceItem item, byte[] real, IPathFilter? ignored, AddRequest request)
    {
        if (request.Excluded is not { } excluded)
        {
            return ignored;
        }

        var start = request.Parents ? item.Path.AsSpan(0, item.Path.Length - item.Leading)
            : item.Status.IsDirectory ? real
            : item.Path.AsSpan(0, item.Path.Length - item.Name.Length);
        var filter = excluded.From(Encoding.UTF8.GetString(start.TrimEnd((byte)'/')));
        return ignored is null ? filter : new ItemFilter(ignored, filter);
    }

    /// <summary>Path of an item with links resolved. Filters use it for the paths below a directory.</summary>
    public byte[] RealPath(SourceItem item, bool followLinks) => followLinks && item.Path.Length > 0 ? ResolvedPath.Of(Root, item.Path) : item.Path;
}
