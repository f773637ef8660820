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

/// <summary>A list whose items are made each time somebody looks at them, wherever they stand.</summary>
/// <param name="make">Makes the item of an index; an equal one every time.</param>
/// <param name="count">How many there are.</param>
internal sealed class MadeList<T>(Func<int, T> make, int count) : IReadOnlyList<T>
{
    /// <inheritdoc/>
    public int Count => count;

    /// <inheritdoc/>
    public T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)count, nameof(index));
            return make(index);
        }
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => Enumerable.Range(0, count).Select(make).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Makes lists that are kept while they are short and read again where they are long.</summary>
public static class Rereading
{
    /// <summary>As many items of a line are kept. Hardly any line of a real file has more.</summary>
    internal const int Kept = 64;

    /// <summary>As many statements of a file are kept, and as many of its stages. Hardly any real file has more.</summary>
    internal const int KeptStatements = 1024;

    /// <summary>Something for each stage of a file: kept where the tree is, and otherwise made each time somebody looks at it.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="make">Makes the item of an index; an equal one every time.</param>
    public static IReadOnlyList<T> Made<T>(int count, Func<int, T> make)
    {
        var list = new MadeList<T>(make, count);
        return count <= KeptStatements ? [.. list] : list;
    }

    /// <summary>The items of one list and then those of another.</summary>
    public static IReadOnlyList<T> Then<T>(this IReadOnlyList<T> first, IReadOnlyList<T> second) =>
        first.Count == 0 ? second
        : second.Count == 0 ? first
        : first.Count + second.Count <= Kept ? [.. first, .. second]
        : new RereadList<T>(first.Concat(second), first.Count + second.Count);

    /// <summary>The items of a sequence that gives the same ones whenever it is walked.</summary>
    internal static IReadOnlyList<T> Reread<T>(this IEnumerable<T> items)
    {
        List<T>? kept = null;
        var count = 0;
        foreach (var item in items)
        {
            if (count++ < Kept)
            {
                (kept ??= []).Add(item);
            }
        }

        return Of(kept, items, count);
    }

    /// <summary>Each item of a list changed; of a list that is read again, when it is looked at.</summary>
    internal static IReadOnlyList<TResult> Mapped<T, TResult>(this IReadOnlyList<T> items, Func<T, TResult> change)
    {
        if (items.Count == 0)
        {
            return [];
        }

        if (items.Count > Kept)
        {
            return new RereadList<TResult>(items.Select(change), items.Count);
        }

        var changed = new TResult[items.Count];
        var at = 0;
        foreach (var item in items)
        {
            changed[at++] = change(item);
        }

        return changed;
    }

    /// <summary>One item and then the others.</summary>
    internal static IReadOnlyList<T> FollowedBy<T>(this T first, IReadOnlyList<T> others) => Then([first], others);

    /// <summary>The items that were kept, when those are all.</summary>
    internal static IReadOnlyList<T> Of<T>(List<T>? kept, IEnumerable<T> items, int count) =>
        kept is null ? [] : count <= Kept ? kept.ToArray() : new RereadList<T>(items, count);
}
