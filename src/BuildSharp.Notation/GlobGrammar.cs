using Pidgin;
using static Pidgin.Parser;

namespace BuildSharp.Notation;

/// <summary>The parsers of <c>grammar/glob.ebnf</c>.</summary>
internal static class GlobGrammar
{
    public static Parser<char, string> GlobEscape { get; } = Char('\\').Then(Character(_ => true));

    public static Parser<char, int> ClassCharacter { get; } =
        Character(c => c is not ('\\' or '-' or ']')).Or(GlobEscape).Select(CodePoint);

    public static Parser<char, (int Low, int High)> ClassRange { get; } =
        ClassCharacter.Then(Char('-').Then(ClassCharacter).OptionalOr(-1), (low, high) => (low, high < 0 ? low : high));

    public static Parser<char, GlobToken> CharacterClass { get; } =
        Char('[').Then(String("^").OptionalOr("")).Then(
            ClassRange.RepeatedAtLeastOnce(),
            (caret, ranges) => (GlobToken)new GlobToken.Class(caret.Length > 0, ranges)).Before(Char(']'));

    public static Parser<char, IReadOnlyList<GlobToken>> DoubleStar { get; } =
        String("**").Then(Char('/').SkipOptional()).Then(
            Parser<char>.End.ThenReturn<IReadOnlyList<GlobToken>>([new GlobToken.Everything()])
                .Or(Parser<char>.Return<IReadOnlyList<GlobToken>>([new GlobToken.Directories(), new GlobToken.DirectoriesBody()])));

    private static Parser<char, IReadOnlyList<GlobToken>> OneToken { get; } = OneOf(
        Char('*').ThenReturn<GlobToken>(new GlobToken.Run()),
        Char('?').ThenReturn<GlobToken>(new GlobToken.One()),
        CharacterClass,
        Character(c => c is not ('\\' or '[')).Or(GlobEscape).Select(text => (GlobToken)new GlobToken.Literal(text)))
        .Select(token => (IReadOnlyList<GlobToken>)[token]);

    /// <summary>A pattern in Docker's form, in which <c>**</c> matches across directories.</summary>
    public static Parser<char, IReadOnlyList<GlobToken>> Glob { get; } = Try(DoubleStar).Or(OneToken).Repeated().Select(Joined);

    /// <summary>A pattern in the form of Go's path.Match, in which two stars mean the same as one.</summary>
    public static Parser<char, IReadOnlyList<GlobToken>> PlainGlob { get; } = OneToken.Repeated().Select(Joined);

    private static IReadOnlyList<GlobToken> Joined(IReadOnlyList<IReadOnlyList<GlobToken>> pieces) => [.. pieces.SelectMany(piece => piece)];

    // A character beyond U+FFFF counts as one, although it has two UTF-16 units.
    private static Parser<char, string> Character(Func<char, bool> belongs) =>
        Try(Parser<char>.Token(char.IsHighSurrogate).Then(Parser<char>.Token(char.IsLowSurrogate), (high, low) => string.Concat([high, low])))
            .Or(Parser<char>.Token(belongs).Select(c => c.ToString()));

    private static int CodePoint(string text) => text.Length == 2 ? char.ConvertToUtf32(text, 0) : text[0];
}
