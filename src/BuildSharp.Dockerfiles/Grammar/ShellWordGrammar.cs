using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Notation;
using Pidgin;
using static Pidgin.Parser;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>Words with quotes, escapes and variables (grammar/shell-words.ebnf). Each nested <c>${</c> uses stack, so
/// <see cref="ShellWords"/> refuses deeper nesting beforehand.</summary>
internal sealed class ShellWordGrammar
{
    /// <summary>Production <c>variable-name</c>: digits, or one special character, or letters, digits and underscores.</summary>
    public static Parser<char, string> VariableName { get; } = OneOf(
        Run.AtLeastOne(char.IsDigit, "digit"),
        OneOf("@*#?-$!").Select(special => special.ToString()),
        Run.AtLeastOne(c => char.IsLetterOrDigit(c) || c == '_', "name"));

    /// <summary>Name after <c>${</c>; may be missing before a modifier.</summary>
    private static readonly Parser<char, string> BracedName = OneOf(
        OneOf("{}:").Then(Reject.With<string>("syntax error: bad substitution", "A dollar sign that is meant as a character is written \\$.")),
        Parser<char>.End.Then(MissingBrace<string>()),
        VariableName,
        Parser<char>.Return(""));

    private static readonly Parser<char, Modifier> ValueModifier = OneOf(
        Char('-').ThenReturn(Modifier.Default),
        Char('+').ThenReturn(Modifier.Alternative),
        Char('?').ThenReturn(Modifier.Required),
        Char(':').Then(OneOf(
            Char('-').ThenReturn(Modifier.DefaultIfEmpty),
            Char('+').ThenReturn(Modifier.AlternativeIfNotEmpty),
            Char('?').ThenReturn(Modifier.RequiredNotEmpty),
            Unknown<Modifier>(":"))));

    private static readonly Parser<char, Modifier> PatternModifier = OneOf(
        Char('#').Then(Char('#').ThenReturn(Modifier.LongestPrefix).Or(Parser<char>.Return(Modifier.ShortestPrefix))),
        Char('%').Then(Char('%').ThenReturn(Modifier.LongestSuffix).Or(Parser<char>.Return(Modifier.ShortestSuffix))));

    private static readonly Parser<char, Modifier> ReplaceModifier =
        Char('/').Then(Char('/').ThenReturn(Modifier.ReplaceAll).Or(Parser<char>.Return(Modifier.ReplaceFirst)));

    /// <summary>One Unicode character, including surrogate pairs.</summary>
    private static readonly Parser<char, string> Character =
        Try(Parser<char>.Token(char.IsHighSurrogate).Then(Parser<char>.Any, (high, low) => $"{high}{low}")).Or(Parser<char>.Any.Select(character => $"{character}"));

    private static readonly ShellWordGrammar Backslash = new('\\', quotesCount: true);
    private static readonly ShellWordGrammar Backtick = new('`', quotesCount: true);

    private readonly char _escape;
    private readonly bool _quotesCount;

    private ShellWordGrammar(char escape, bool quotesCount)
    {
        (_escape, _quotesCount) = (escape, quotesCount);

        WordEscape = Escape(keepsToken: false);
        WordSingleQuoted = Char('\'').Then(Run.Of(c => c != '\''))
            .Before(Char('\'').OrReject(
                "unexpected end of statement while looking for matching single-quote", "A quote that is meant as a character is written \\'."))
            .Select<WordPart>(text => new LiteralPart(text, true));
        WordDoubleQuoted = DoubleQuoted(keepsEscapes: false);
        ShellWord = Parts(null, keepsEscapes: false).Before(Parser<char>.End);

        ModifierWord = Parts('}', keepsEscapes: false).Before(Char('}').Or(MissingBrace<char>()));
        PrefixOrSuffixPattern = Parts('}', keepsEscapes: true).Before(Char('}').Or(MissingBrace<char>()));
        ReplacedPattern = Parts('/', keepsEscapes: true)
            .Before(Char('/').OrReject("syntax error: missing '/' in ${}", "Write ${name/pattern/replacement}."));
        Replacement = PrefixOrSuffixPattern;
        Substitution = OneOf(
            Map((modifier, word) => new VariablePart("", modifier, word, []), ValueModifier, ModifierWord),
            Map((modifier, pattern) => new VariablePart("", modifier, pattern, []), PatternModifier, PrefixOrSuffixPattern),
            Map((modifier, pattern, replacement) => new VariablePart("", modifier, pattern, replacement), ReplaceModifier, ReplacedPattern, Replacement),
            Parser<char>.End.Then(MissingBrace<VariablePart>()),
            Unknown<VariablePart>(""));

        var bare = VariableName.Select<WordPart>(name => new VariablePart(name, Modifier.None, [], []));
        var braced = Map(
            (name, part) => (WordPart)(part with { Name = name }),
            Char('{').Then(BracedName),
            Char('}').Select(_ => new VariablePart("", Modifier.None, [], [])).Or(Substitution));
        Variable = Char('$').Then(OneOf(braced, bare, Parser<char>.Return<WordPart>(new LiteralPart("$", false))));
    }

    /// <summary>The grammar for the escape character.</summary>
    public static ShellWordGrammar For(char escape) => escape == '`' ? Backtick : Backslash;

    /// <summary>The grammar of heredoc bodies: quotes have no special meaning, and the escape character is a backslash.</summary>
    public static ShellWordGrammar Body { get; } = new('\\', quotesCount: false);

    /// <summary>Production <c>shell-word</c>.</summary>
    public Parser<char, IReadOnlyList<WordPart>> ShellWord { get; }

    /// <summary>Production <c>word-escape</c>: drops the escape character; the next character is literal.</summary>
    public Parser<char, WordPart> WordEscape { get; }

    /// <summary>Production <c>word-single-quoted</c>: without escapes and variables.</summary>
    public Parser<char, WordPart> WordSingleQuoted { get; }

    /// <summary>Production <c>word-double-quoted</c>: with variables; the escape character applies to quotes, dollar signs and
    /// itself.</summary>
    public Parser<char, WordPart> WordDoubleQuoted { get; }

    /// <summary>Production <c>variable</c>; a dollar sign without a name is literal.</summary>
    public Parser<char, WordPart> Variable { get; }

    /// <summary>Production <c>substitution</c>: the text after the name up to the closing brace.</summary>
    public Parser<char, VariablePart> Substitution { get; }

    /// <summary>Production <c>modifier-word</c>.</summary>
    public Parser<char, IReadOnlyList<WordPart>> ModifierWord { get; }

    /// <summary>Production <c>prefix-or-suffix-pattern</c>: keeps escapes, which are part of the pattern.</summary>
    public Parser<char, IReadOnlyList<WordPart>> PrefixOrSuffixPattern { get; }

    /// <summary>Production <c>replaced-pattern</c>.</summary>
    public Parser<char, IReadOnlyList<WordPart>> ReplacedPattern { get; }

    /// <summary>Production <c>replacement</c>.</summary>
    public Parser<char, IReadOnlyList<WordPart>> Replacement { get; }

    /// <summary>Parts up to the given character or the end of the text.</summary>
    private Parser<char, IReadOnlyList<WordPart>> Parts(char? stop, bool keepsEscapes)
    {
        var plain = Run.AtLeastOne(c => c != stop && c != '$' && c != _escape && !(_quotesCount && c is '\'' or '"'), "text")
            .Select<WordPart>(text => new LiteralPart(text, false));
        var (escape, variable) = (Escape(keepsEscapes), Rec(() => Variable));
        var part = _quotesCount
            ? OneOf(plain, escape, variable, WordSingleQuoted, DoubleQuoted(keepsEscapes))
            : OneOf(plain, escape, variable);
        return part.Repeated();
    }

    private Parser<char, WordPart> Escape(bool keepsToken) =>
        Char(_escape).Then(Character.Or(Parser<char>.End.ThenReturn("")))
            .Select<WordPart>(character => new LiteralPart(keepsToken ? _escape + character : character, true));

    private Parser<char, WordPart> DoubleQuoted(bool keepsEscapes)
    {
        var plain = Run.AtLeastOne(c => c != '"' && c != '$' && c != _escape, "text");
        var escape = Char(_escape).Then(OneOf(
            OneOf('"', '$', _escape).Select(character => keepsEscapes ? $"{_escape}{character}" : $"{character}"),
            Parser<char>.End.ThenReturn(""),
            Parser<char>.Return(_escape.ToString())));
        return plain.Or(escape).Select<WordPart>(text => new LiteralPart(text, true)).Or(Rec(() => Variable)).Repeated()
            .Between(
                Char('"'),
                Char('"').OrReject(
                    "unexpected end of statement while looking for matching double-quote", "A quote that is meant as a character is written \\\"."))
            .Select<WordPart>(parts => new QuotedPart(parts));
    }

    private static Parser<char, T> MissingBrace<T>() =>
        Reject.With<T>("syntax error: missing '}'", "Every ${ has its }; a blank ends a word that is not in quotes.");

    private static Parser<char, T> Unknown<T>(string before) =>
        Parser<char>.Any.Select(sign => before + sign).Or(Parser<char>.End.ThenReturn(before)).Select<T>(
            sign => throw new RejectedException($"unsupported modifier ({sign}) in substitution", "The modifiers are :- - :+ + :? ? # ## % %% / and //."));
}
