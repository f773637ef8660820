using Pidgin;

namespace BuildSharp.Notation;

/// <summary>Repetition of parsers, the braces of EBNF.</summary>
public static class Repetition
{
    /// <summary>Applies a parser any number of times: <c>{ item }</c>. Ends when the item fails without consuming a character, and fails
    /// when it fails after consuming one, like Pidgin's <c>Many</c>, which NativeAOT cannot compile.</summary>
    public static Parser<char, IReadOnlyList<T>> Repeated<T>(this Parser<char, T> item) => new RepetitionParser<T>(item, []);

    /// <summary>Applies a parser at least once: <c>item, { item }</c>.</summary>
    public static Parser<char, IReadOnlyList<T>> RepeatedAtLeastOnce<T>(this Parser<char, T> item) =>
        item.Bind(first => new RepetitionParser<T>(item, [first]));

    /// <summary>As <see cref="Repeated"/>, without keeping the results.</summary>
    public static Parser<char, Unit> SkipRepeated<T>(this Parser<char, T> item) => new SkippingParser<T>(item);

    /// <summary>As <see cref="RepeatedAtLeastOnce"/>, without keeping the results.</summary>
    public static Parser<char, Unit> SkipRepeatedAtLeastOnce<T>(this Parser<char, T> item) => item.Then(new SkippingParser<T>(item));

    /// <summary>Applies a parser at least once, with separators: <c>item, { separator, item }</c>.</summary>
    public static Parser<char, IReadOnlyList<T>> SeparatedBy<T, TSeparator>(this Parser<char, T> item, Parser<char, TSeparator> separator) =>
        item.Bind(first => new RepetitionParser<T>(separator.Then(item), [first]));

    /// <summary>Applies a parser once or not at all, without keeping the result: <c>[ item ]</c>.</summary>
    /// <remarks>Pidgin's <c>Optional</c> returns a struct; NativeAOT then compiles its parsers once more for each type of result, half a
    /// megabyte in all.</remarks>
    public static Parser<char, Unit> SkipOptional<T>(this Parser<char, T> item) => item.IgnoreResult().Or(Parser<char>.Return(Unit.Value));

    /// <summary>Applies a parser once or not at all: <c>[ item ]</c>.</summary>
    /// <param name="item">The parser.</param>
    /// <param name="none">Result when there is no item.</param>
    public static Parser<char, T> OptionalOr<T>(this Parser<char, T> item, T none) => item.Or(Parser<char>.Return(none));

    private sealed class RepetitionParser<T>(Parser<char, T> item, T[] before) : Parser<char, IReadOnlyList<T>>
    {
        public override bool TryParse(ref ParseState<char> state, ref PooledList<Expected<char>> expecteds, out IReadOnlyList<T> result)
        {
            var items = new List<T>(before);
            result = items;
            // When the repetition ends successfully, discard what the next item expected, so that it is not part of later error messages.
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
