using BuildSharp.Dockerfiles.Grammar.Combinators;
using BuildSharp.Dockerfiles.Ignoring;
using Sprache;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>Path patterns, as grammar/dockerignore.ebnf has them.</summary>
internal static class GlobGrammar
{
    /// <summary>Production <c>glob-escape</c>: the character after the backslash, as it is.</summary>
    public static Parser<string> GlobEscape { get; } =
        from token in Scan.Text("\\")
        from character in Character(_ => true)
        select character;

    /// <summary>Production <c>class-character</c>.</summary>
    public static Parser<int> ClassCharacter { get; } =
        Character(c => c is not ("\\" or "-" or "]")).Else(GlobEscape).Select(CodePoint);

    /// <summary>Production <c>class-range</c>.</summary>
    public static Parser<(int Low, int High)> ClassRange { get; } =
        from low in ClassCharacter
        from high in UpperEnd().Optional()
        select (low, high.IsDefined ? high.Get() : low);

    /// <summary>Production <c>character-class</c>.</summary>
    public static Parser<GlobToken> CharacterClass { get; } =
        from open in Scan.Text("[")
        from caret in Scan.Text("^").Optional()
        from ranges in ClassRange.AtLeastOnce()
        from close in Scan.Text("]")
        select (GlobToken)new GlobToken.Class(caret.IsDefined, [.. ranges]);

    /// <summary>Production <c>double-star</c>.</summary>
    public static Parser<IEnumerable<GlobToken>> DoubleStar { get; } =
        from stars in Scan.Text("**")
        from slash in Scan.Text("/").Optional()
        from tokens in AtTheEnd().Else(Parse.Return<IEnumerable<GlobToken>>([new GlobToken.Directories(), new GlobToken.DirectoriesBody()]))
        select tokens;

    /// <summary>Production <c>glob</c>.</summary>
    public static Parser<IReadOnlyList<GlobToken>> Glob { get; } =
        from pieces in DoubleStar.Else(Single()).Many()
        select (IReadOnlyList<GlobToken>)[.. pieces.SelectMany(piece => piece)];

    private static Parser<IEnumerable<GlobToken>> Single()
    {
        var star = Scan.Text("*").Select(_ => (GlobToken)new GlobToken.Run());
        var one = Scan.Text("?").Select(_ => (GlobToken)new GlobToken.One());
        var literal = Character(c => c is not ("\\" or "[")).Else(GlobEscape).Select(text => (GlobToken)new GlobToken.Literal(text));
        return star.Else(one).Else(CharacterClass).Else(literal).Select(token => (IEnumerable<GlobToken>)[token]);
    }

    private static Parser<IEnumerable<GlobToken>> AtTheEnd() => Scan.AtEnd.Select(_ => (IEnumerable<GlobToken>)[new GlobToken.Everything()]);

    private static Parser<int> UpperEnd() =>
        from dash in Scan.Text("-")
        from high in Sequencing.Later(() => ClassCharacter)
        select high;

    private static Parser<string> Character(Func<string, bool> belongs) => input =>
    {
        if (input.AtEnd)
        {
            return Result.Failure<string>(input, "end of pattern", ["a character"]);
        }

        var at = input.Position;
        var isPair = char.IsHighSurrogate(input.Source[at]) && at + 1 < TextInput.EndOf(input) && char.IsLowSurrogate(input.Source[at + 1]);
        var text = input.Source.Substring(at, isPair ? 2 : 1);
        return belongs(text)
            ? Result.Success(text, TextInput.At(input, at + text.Length))
            : Result.Failure<string>(input, "not allowed here", ["a character"]);
    };

    private static int CodePoint(string text) => text.Length == 2 ? char.ConvertToUtf32(text, 0) : text[0];
}
