using Sprache;

namespace BuildSharp.Dockerfiles.Grammar.Combinators;

/// <summary>Runs of characters in one step. <c>Parse.Char(…).Many().Text()</c> says the same, at an object for each character.</summary>
internal static class Scan
{
    private static readonly string[] EndOfText = ["end of text"];
    private static readonly string[] Nothing = [];

    /// <summary>The longest run of characters of a kind, perhaps empty.</summary>
    public static Parser<string> While(Func<char, bool> belongs) => input =>
    {
        var end = End(input, belongs);
        return Result.Success(TextInput.Between(input.Source, input.Position, end), TextInput.At(input, end));
    };

    /// <summary>The longest run of characters of a kind, at least one.</summary>
    public static Parser<string> Some(Func<char, bool> belongs, string expectation)
    {
        string[] expectations = [expectation];
        return input =>
        {
            var end = End(input, belongs);
            return end == input.Position
                ? Result.Failure<string>(input, "not found", expectations)
                : Result.Success(TextInput.Between(input.Source, input.Position, end), TextInput.At(input, end));
        };
    }

    /// <summary>Past the longest run of characters of a kind, perhaps empty, whose text is not wanted by itself.</summary>
    public static Parser<Stretch> Past(Func<char, bool> belongs) => input =>
    {
        var end = End(input, belongs);
        return Result.Success(new Stretch(input.Position, end), TextInput.At(input, end));
    };

    /// <summary>Everything that is left, perhaps nothing.</summary>
    public static Parser<string> Rest { get; } = While(_ => true);

    /// <summary>Where everything that is left stands, without the space at its end.</summary>
    public static Parser<Stretch> TrimmedRest { get; } = input =>
    {
        var end = input.Position + TextInput.RestOf(input).TrimEnd().Length;
        return Result.Success(new Stretch(input.Position, end), TextInput.At(input, TextInput.EndOf(input)));
    };

    /// <summary>Exactly this text.</summary>
    public static Parser<string> Text(string text)
    {
        string[] expectations = [text];
        return input => TextInput.RestOf(input).StartsWith(text)
            ? Result.Success(text, TextInput.At(input, input.Position + text.Length))
            : Result.Failure<string>(input, "not found", expectations);
    }

    /// <summary>The parser, tried only where a character of a kind comes next, which has to be so for it to succeed: a word's end is then
    /// found at the price of one failure and not of one for each alternative.</summary>
    public static Parser<T> OnlyAt<T>(this Parser<T> parser, Func<char, bool> begins) => input =>
        !input.AtEnd && begins(input.Current) ? parser(input) : Result.Failure<T>(input, "not found", Nothing);

    /// <summary>One character, which may be half of a pair of surrogates.</summary>
    public static Parser<string> One(Func<char, bool> belongs, string expectation)
    {
        string[] expectations = [expectation];
        return input => !input.AtEnd && belongs(input.Current)
            ? Result.Success(TextInput.Between(input.Source, input.Position, input.Position + 1), TextInput.At(input, input.Position + 1))
            : Result.Failure<string>(input, "not found", expectations);
    }

    /// <summary>Nothing, when the text is at its end.</summary>
    public static Parser<string> AtEnd { get; } = input =>
        input.AtEnd ? Result.Success("", input) : Result.Failure<string>(input, "more text", EndOfText);

    /// <summary>Succeeds without consuming when this text comes next.</summary>
    public static Parser<string> Ahead(string text)
    {
        string[] expectations = [text];
        return input => TextInput.RestOf(input).StartsWith(text)
            ? Result.Success("", input)
            : Result.Failure<string>(input, "not found", expectations);
    }

    private static int End(IInput input, Func<char, bool> belongs)
    {
        var rest = TextInput.RestOf(input);
        var length = 0;
        while (length < rest.Length && belongs(rest[length]))
        {
            length++;
        }

        return input.Position + length;
    }
}
