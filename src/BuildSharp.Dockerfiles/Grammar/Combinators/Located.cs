using Sprache;

namespace BuildSharp.Dockerfiles.Grammar.Combinators;

/// <summary>A value and the stretch of text it was read from.</summary>
internal readonly record struct Located<T>(T Value, int Start, int End);

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
    public static Parser<string> Joined(this Parser<IEnumerable<string>> pieces) =>
        pieces.Select(parts => parts is IReadOnlyList<string> { Count: 1 } one ? one[0] : string.Concat(parts));

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
    public static bool TryReadAll<T>(this Parser<T> parser, string text, out T value)
    {
        var result = parser(new TextInput(text, 0));
        var whole = result.WasSuccessful && result.Remainder.AtEnd;
        value = whole ? result.Value : default!;
        return whole;
    }

    /// <summary>Reads a whole text with a parser that accepts every text.</summary>
    public static T ReadAll<T>(this Parser<T> parser, string text) =>
        parser.TryReadAll(text, out var value) ? value : throw new InvalidOperationException($"A parser that accepts every text refused one of {text.Length} characters.");
}
