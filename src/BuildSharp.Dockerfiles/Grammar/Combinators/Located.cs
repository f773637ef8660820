using System.Text;
using Sprache;

namespace BuildSharp.Dockerfiles.Grammar.Combinators;

/// <summary>A value and the stretch of text it was read from.</summary>
internal readonly record struct Located<T>(T Value, int Start, int End);

/// <summary>Where something stands in a text, for what needs no string of its own.</summary>
internal readonly record struct Stretch(int Start, int End);

/// <summary>Combinators about where and how much.</summary>
internal static class Locating
{
    /// <summary>Keeps where the value stood.</summary>
    public static Parser<Located<T>> Located<T>(this Parser<T> parser) => input =>
    {
        var result = parser(input);
        return result.WasSuccessful
            ? Result.Success(new Located<T>(result.Value, input.Position, result.Remainder.Position), result.Remainder)
            : Result.Failure<Located<T>>(result.Remainder, result.Message, result.Expectations);
    };

    /// <summary>One string of many pieces.</summary>
    public static Parser<string> Joined<T>(this Parser<T> pieces) where T : IEnumerable<string> => pieces.Select(parts => string.Concat(parts));

    /// <summary>The parser as often as it succeeds and goes on, perhaps never, and one string of all its pieces.</summary>
    public static Parser<string> ManyJoined(this Parser<string> piece) => input =>
    {
        var remainder = input;
        string? only = null;
        StringBuilder? joined = null;
        for (var result = piece(input); result.WasSuccessful && result.Remainder.Position > remainder.Position; result = piece(remainder))
        {
            if (only is null)
            {
                only = result.Value;
            }
            else
            {
                (joined ??= new StringBuilder(only)).Append(result.Value);
            }

            remainder = result.Remainder;
        }

        return Result.Success(joined?.ToString() ?? only ?? "", remainder);
    };

    /// <summary>The text the parser covered, whatever value it made of it.</summary>
    public static Parser<string> Covered<T>(this Parser<T> parser) => input =>
    {
        var result = parser(input);
        return result.WasSuccessful
            ? Result.Success(TextInput.Between(input.Source, input.Position, result.Remainder.Position), result.Remainder)
            : Result.Failure<string>(result.Remainder, result.Message, result.Expectations);
    };

    /// <summary>Reads a whole text.</summary>
    /// <returns>Whether the parser succeeded and nothing was left.</returns>
    public static bool TryReadAll<T>(this Parser<T> parser, string text, out T value) => parser.TryReadBetween(text, 0, text.Length, out value);

    /// <summary>Reads what stands between two places of a text.</summary>
    /// <returns>Whether the parser succeeded and nothing was left.</returns>
    public static bool TryReadBetween<T>(this Parser<T> parser, string text, int start, int end, out T value)
    {
        var result = parser(new TextInput(text, start, end));
        var whole = result.WasSuccessful && result.Remainder.AtEnd;
        value = whole ? result.Value : default!;
        return whole;
    }

    /// <summary>Reads what stands between two places of a text with a parser that accepts every text.</summary>
    public static T ReadBetween<T>(this Parser<T> parser, string text, int start, int end) => parser.TryReadBetween(text, start, end, out var value)
        ? value
        : throw new InvalidOperationException($"A parser that accepts every text refused one of {end - start} characters.");

    /// <summary>Reads a whole text with a parser that accepts every text.</summary>
    public static T ReadAll<T>(this Parser<T> parser, string text) => parser.ReadBetween(text, 0, text.Length);
}
