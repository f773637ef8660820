using System.Collections;

namespace BuildSharp.Dockerfiles;

/// <summary>A list that is read from the text again each time somebody looks at it. A line of a hundred thousand words costs what its text
/// costs: each word is made when it is asked for, and gone when it has been looked at.</summary>
/// <remarks>Walk it from the start; an index reads everything before it.</remarks>
/// <param name="read">Reads the items; gives the same ones every time.</param>
/// <param name="count">How many there are.</param>
internal sealed class RereadList<T>(IEnumerable<T> read, int count) : IReadOnlyList<T>
{
    /// <inheritdoc/>
    public int Count => count;

    /// <inheritdoc/>
    public T this[int index] => read.ElementAt(index);

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => read.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Makes lists that are kept while they are short and read again where they are long.</summary>
internal static class Rereading
{
    /// <summary>As many items are kept. Hardly any line of a real file has more.</summary>
    public const int Kept = 64;

    /// <summary>The items of a sequence that gives the same ones whenever it is walked.</summary>
    public static IReadOnlyList<T> Reread<T>(this IEnumerable<T> items)
    {
        List<T>? kept = null;
        var count = 0;
        foreach (var item in items)
        {
            if (count++ < Kept) (kept ??= []).Add(item);
        }

        return Of(kept, items, count);
    }

    /// <summary>Each item of a list changed; of a list that is read again, when it is looked at.</summary>
    public static IReadOnlyList<TResult> Mapped<T, TResult>(this IReadOnlyList<T> items, Func<T, TResult> change)
    {
        if (items.Count == 0) return [];
        if (items.Count > Kept) return new RereadList<TResult>(items.Select(change), items.Count);
        var changed = new TResult[items.Count];
        var at = 0;
        foreach (var item in items) changed[at++] = change(item);
        return changed;
    }

    /// <summary>One item and then the others.</summary>
    public static IReadOnlyList<T> FollowedBy<T>(this T first, IReadOnlyList<T> others) =>
        others.Count < Kept ? [first, .. others] : new RereadList<T>(others.Prepend(first), others.Count + 1);

    /// <summary>The items that were kept, when those are all.</summary>
    internal static IReadOnlyList<T> Of<T>(List<T>? kept, IEnumerable<T> items, int count) =>
        kept is null ? [] : count <= Kept ? kept.ToArray() : new RereadList<T>(items, count);
}
