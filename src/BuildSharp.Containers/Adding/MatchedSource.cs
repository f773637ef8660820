using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Adding;

/// <summary>A source word with what it stands for.</summary>
/// <param name="Root">The opened root.</param>
/// <param name="RootPath">The root's path, for messages.</param>
/// <param name="Pattern">The word.</param>
/// <param name="Items">What it matches.</param>
internal sealed record MatchedSource(DirectoryHandle Root, string RootPath, SourcePattern Pattern, IReadOnlyList<SourceItem> Items)
{
    /// <summary>Looks for the word's items.</summary>
    /// <exception cref="BuildSharpException">A path that does not exist, or a wildcard that matches nothing where that is an error.</exception>
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

    /// <summary>Whether the filter leaves the item out, under its own name or under the one it has once links are followed: what is left out
    /// stays out also for a link that points there. The root itself is never left out.</summary>
    /// <param name="item">The item.</param>
    /// <param name="real">Its path without links, see <see cref="RealPath"/>.</param>
    /// <param name="filter">What is left out; null for nothing.</param>
    public static bool IsIgnored(SourceItem item, byte[] real, IPathFilter? filter) =>
        filter is not null && item.Path.Length > 0
        && (filter.IsIgnored(Encoding.UTF8.GetString(item.Path)) || (real.Length > 0 && filter.IsIgnored(Encoding.UTF8.GetString(real))));

    /// <summary>Whether something below an ignored item comes back in. Exceptions speak of paths without links: where a link is left out,
    /// nothing is known by its name.</summary>
    /// <param name="item">The item.</param>
    /// <param name="real">Its path without links, see <see cref="RealPath"/>.</param>
    /// <param name="filter">What leaves it out.</param>
    public static bool HoldsIncluded(SourceItem item, byte[] real, IPathFilter filter) =>
        item.Status.IsDirectory && filter.NamesIncluded(Encoding.UTF8.GetString(real))
        && (item.Path.AsSpan().SequenceEqual(real) || !filter.IsIgnored(Encoding.UTF8.GetString(item.Path)));

    /// <summary>What is left out of one item.</summary>
    /// <param name="item">The item.</param>
    /// <param name="real">Its path without links, see <see cref="RealPath"/>.</param>
    /// <param name="ignored">What is left out of the whole source; null for nothing.</param>
    /// <param name="request">Has what is excluded.</param>
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

    /// <summary>The path that an item has when its links are followed; filters know what is below a directory by that one.</summary>
    public byte[] RealPath(SourceItem item, bool followLinks) => followLinks && item.Path.Length > 0 ? ResolvedPath.Of(Root, item.Path) : item.Path;
}
