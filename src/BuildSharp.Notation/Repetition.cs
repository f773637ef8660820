using Pidgin;

namespace BuildSharp.Notation;

/// <summary>EBNF's braces.</summary>
public static class Repetition
{
    /// <summary>A parser as often as it succeeds, perhaps never: <c>{ item }</c>. It ends where the item fails without having taken a
    /// character, and fails where the item fails within one, as Pidgin's <c>Many</c> does; NativeAOT cannot compile that one.</summary>
    public static Parser<char, IReadOnlyList<T>> Repeated<T>(this Parser<char, T> item) => new RepetitionParser<T>(item, []);

    /// <summary>A parser once or more: <c>item, { item }</c>.</summary>
    public static Parser<char, IReadOnlyList<T>> RepeatedAtLeastOnce<T>(this Parser<char, T> item) =>
        item.Bind(first => new RepetitionParser<T>(item, [first]));

    /// <summary>Past a parser as often as it succeeds, perhaps never, as <see cref="Repeated"/>; what it makes is not kept.</summary>
    public static Parser<char, Unit> SkipRepeated<T>(this Parser<char, T> item) => new SkippingParser<T>(item);

    /// <summary>Past a parser once or more.</summary>
    public static Parser<char, Unit> SkipRepeatedAtLeastOnce<T>(this Parser<char, T> item) => item.Then(new SkippingParser<T>(item));

    /// <summary>A parser once or more with something between: <c>item, { separator, item }</c>.</summary>
    public static Parser<char, IReadOnlyList<T>> SeparatedBy<T, TSeparator>(this Parser<char, T> item, Parser<char, TSeparator> separator) =>
        item.Bind(first => new RepetitionParser<T>(separator.Then(item), [first]));

    private sealed class RepetitionParser<T>(Parser<char, T> item, T[] before) : Parser<char, IReadOnlyList<T>>
    {
        public override bool TryParse(ref ParseState<char> state, ref PooledList<Expected<char>> expecteds, out IReadOnlyList<T> result)
        {
            var items = new List<T>(before);
            result = items;
            // What would have continued the repetition is no expectation of the whole once the repetition has ended well.
            var ofItem = new PooledList<Expected<char>>(state.Configuration.ArrayPoolProvider.GetArrayPool<Expected<char>>());
            try
            {
                while (true)
                {
                    var start = state.Location;
                    if (!item.TryParse(ref state, ref ofItem, out var value))
                    {
                        if (state.Location == start)
                        {
                            return true;
                        }

                        expecteds.AddRange(ofItem.AsSpan());
                        return false;
                    }

                    ofItem.Clear();
                    if (state.Location == start)
                    {
                        throw new InvalidOperationException("A repeated parser took nothing and would go on for ever.");
                    }

                    items.Add(value);
                }
            }
            finally
            {
                ofItem.Dispose();
            }
        }
    }

    private sealed class SkippingParser<T>(Parser<char, T> item) : Parser<char, Unit>
    {
        public override bool TryParse(ref ParseState<char> state, ref PooledList<Expected<char>> expecteds, out Unit result)
        {
            result = Unit.Value;
            var ofItem = new PooledList<Expected<char>>(state.Configuration.ArrayPoolProvider.GetArrayPool<Expected<char>>());
            try
            {
                while (true)
                {
                    var start = state.Location;
                    if (!item.TryParse(ref state, ref ofItem, out _))
                    {
                        if (state.Location == start)
                        {
                            return true;
                        }

                        expecteds.AddRange(ofItem.AsSpan());
                        return false;
                    }

                    ofItem.Clear();
                    if (state.Location == start)
                    {
                        throw new InvalidOperationException("A repeated parser took nothing and would go on for ever.");
                    }
                }
            }
            finally
            {
                ofItem.Dispose();
            }
        }
    }
}
