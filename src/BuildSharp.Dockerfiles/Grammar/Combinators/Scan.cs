using Sprache;

namespace BuildSharp.Dockerfiles.Grammar.Combinators;

/// <summary>Runs of characters in one step. <c>Parse.Char(…).Many().Text()</c> says the same, at an object for each character.</summary>
internal static class Scan
{
    /// <summary>The longest run of characters of a kind, perhaps empty.</summary>
    public static Parser<string> While(Func<char, bool> belongs) => input =>
    {
        var end = End(input, belongs);
        return Result.Success(input.Source[input.Position..end], TextInput.At(input, end));
    };

    /// <summary>The longest run of characters of a kind, at least one.</summary>
    public static Parser<string> Some(Func<char, bool> belongs, string expectation) => input =>
    {
        var end = End(input, belongs);
        return end == input.Position
            ? Result.Failure<string>(input, "not found", [expectation])
            : Result.Success(input.Source[input.Position..end], TextInput.At(input, end));
    };

    /// <summary>Everything that is left, perhaps nothing.</summary>
    public static Parser<string> Rest { get; } = While(_ => true);

    /// <summary>Exactly this text.</summary>
    public static Parser<string> Text(string text) => input =>
        string.CompareOrdinal(input.Source, input.Position, text, 0, text.Length) == 0
            ? Result.Success(text, TextInput.At(input, input.Position + text.Length))
            : Result.Failure<string>(input, "not found", [text]);

    /// <summary>One character, which may be half of a pair of surrogates.</summary>
    public static Parser<string> One(Func<char, bool> belongs, string expectation) => input =>
        !input.AtEnd && belongs(input.Current)
            ? Result.Success(input.Current.ToString(), TextInput.At(input, input.Position + 1))
            : Result.Failure<string>(input, "not found", [expectation]);

    /// <summary>Nothing, when the text is at its end.</summary>
    public static Parser<string> AtEnd { get; } = input =>
        input.AtEnd ? Result.Success("", input) : Result.Failure<string>(input, "more text", ["end of text"]);

    /// <summary>Succeeds without consuming when this text comes next.</summary>
    public static Parser<string> Ahead(string text) => input =>
        string.CompareOrdinal(input.Source, input.Position, text, 0, text.Length) == 0
            ? Result.Success("", input)
            : Result.Failure<string>(input, "not found", [text]);

    private static int End(IInput input, Func<char, bool> belongs)
    {
        var source = input.Source;
        var end = input.Position;
        while (end < source.Length && belongs(source[end])) end++;
        return end;
    }
}
