using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Grammar.Combinators;
using Sprache;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>Words with quotes, escapes and variables, as grammar/shell-words.ebnf has them.</summary>
internal sealed class ShellWordGrammar
{
    private static readonly ShellWordGrammar Backslash = new('\\', quotesCount: true);
    private static readonly ShellWordGrammar Backtick = new('`', quotesCount: true);

    private readonly char _escape;
    private readonly bool _quotesCount;

    private ShellWordGrammar(char escape, bool quotesCount)
    {
        _escape = escape;
        _quotesCount = quotesCount;
        Variable =
            from dollar in Scan.Text("$")
            from part in Braced().Else(Bare())
            select part;
        WordEscape = Escape(false);
        WordSingleQuoted = SingleQuoted();
        WordDoubleQuoted = DoubleQuoted(false);
        ShellWord = Parts(null, false);
        ModifierWord = Parts('}', false);
        PrefixOrSuffixPattern = Parts('}', true);
        ReplacedPattern = Parts('/', true);
        Replacement = PrefixOrSuffixPattern;
    }

    /// <summary>The grammar of words in a file with this escape token.</summary>
    public static ShellWordGrammar For(char escape) => escape == '`' ? Backtick : Backslash;

    /// <summary>The grammar of heredoc bodies: quotes are ordinary, and the token is always a backslash.</summary>
    public static ShellWordGrammar Body { get; } = new('\\', quotesCount: false);

    /// <summary>Production <c>variable-name</c>: digits, or one special character, or letters, digits and underscores.</summary>
    public static Parser<string> VariableName { get; } =
        Scan.Some(char.IsDigit, "a digit")
            .Else(Scan.One(c => c is '@' or '*' or '#' or '?' or '-' or '$' or '!', "a special parameter"))
            .Else(Scan.Some(c => char.IsLetterOrDigit(c) || c == '_', "a name"));

    /// <summary>Production <c>shell-word</c>.</summary>
    public Parser<IReadOnlyList<WordPart>> ShellWord { get; }

    /// <summary>Production <c>word-escape</c>: the token goes, the next character is text.</summary>
    public Parser<WordPart> WordEscape { get; }

    /// <summary>Production <c>word-single-quoted</c>: no escapes, no variables.</summary>
    public Parser<WordPart> WordSingleQuoted { get; }

    /// <summary>Production <c>word-double-quoted</c>: variables count, and the token before a quote, a dollar sign or itself.</summary>
    public Parser<WordPart> WordDoubleQuoted { get; }

    /// <summary>Production <c>variable</c>; a dollar sign before anything else is text.</summary>
    public Parser<WordPart> Variable { get; }

    /// <summary>Production <c>modifier-word</c>.</summary>
    public Parser<IReadOnlyList<WordPart>> ModifierWord { get; }

    /// <summary>Production <c>prefix-or-suffix-pattern</c>: escapes stay, they belong to the pattern.</summary>
    public Parser<IReadOnlyList<WordPart>> PrefixOrSuffixPattern { get; }

    /// <summary>Production <c>replaced-pattern</c>.</summary>
    public Parser<IReadOnlyList<WordPart>> ReplacedPattern { get; }

    /// <summary>Production <c>replacement</c>.</summary>
    public Parser<IReadOnlyList<WordPart>> Replacement { get; }

    /// <summary>Parts up to a character that ends them and is consumed, or to the end of the text.</summary>
    private Parser<IReadOnlyList<WordPart>> Parts(char? stop, bool keepsEscapes)
    {
        var plain =
            from text in Scan.Some(c => c != stop && c != '$' && c != _escape && !(_quotesCount && c is '\'' or '"'), "text")
            select (WordPart)new LiteralPart(text, false);
        var part = plain.Else(Escape(keepsEscapes)).Else(Sequencing.Later(() => Variable));
        if (_quotesCount)
        {
            part = part.Else(SingleQuoted()).Else(DoubleQuoted(keepsEscapes));
        }

        var end = stop is { } last
            ? Scan.Text(last.ToString()).OrReject(last == '/' ? "syntax error: missing '/' in ${}" : "syntax error: missing '}'")
            : Scan.AtEnd;
        return
            from parts in part.Many()
            from close in end
            select parts;
    }

    private Parser<WordPart> Escape(bool keepsToken) =>
        from token in Scan.Text(_escape.ToString())
        from character in AnyCharacter().Else(Scan.AtEnd)
        select (WordPart)new LiteralPart(keepsToken ? token + character : character, true);

    private static Parser<WordPart> SingleQuoted() =>
        from open in Scan.Text("'")
        from text in Scan.While(c => c != '\'')
        from close in Scan.Text("'").OrReject("unexpected end of statement while looking for matching single-quote")
        select (WordPart)new LiteralPart(text, true);

    private Parser<WordPart> DoubleQuoted(bool keepsEscapes)
    {
        var plain =
            from text in Scan.Some(c => c != '"' && c != '$' && c != _escape, "text")
            select (WordPart)new LiteralPart(text, true);
        var escaped =
            from token in Scan.Text(_escape.ToString())
            from character in Parse.Chars('"', '$', _escape).Select(c => c.ToString())
            select (WordPart)new LiteralPart(keepsEscapes ? token + character : character, true);
        var lone =
            from token in Scan.Text(_escape.ToString())
            from end in Scan.AtEnd.Select(_ => "").Else(Parse.Return(token))
            select (WordPart)new LiteralPart(end, true);
        return
            from open in Scan.Text("\"")
            from parts in plain.Else(escaped).Else(lone).Else(Sequencing.Later(() => Variable)).Many()
            from close in Scan.Text("\"").OrReject("unexpected end of statement while looking for matching double-quote")
            select (WordPart)new QuotedPart(parts);
    }

    private static Parser<WordPart> Bare() =>
        from name in VariableName.Select(name => (WordPart)new VariablePart(name, Modifier.None, [], []))
            .Else(Parse.Return((WordPart)new LiteralPart("$", false)))
        select name;

    private Parser<WordPart> Braced()
    {
        var bad = Scan.One(c => c is '{' or '}' or ':', "").Then(_ => Reject.With<string>("syntax error: bad substitution"));
        var missing = Scan.AtEnd.Then(_ => Reject.With<string>("syntax error: missing '}'"));
        return
            from open in Scan.Text("{")
            from name in bad.Else(missing).Else(VariableName).Else(Parse.Return(""))
            from part in Substitution(name)
            select part;
    }

    /// <summary>Production <c>substitution</c>: what follows the name up to the brace that closes it.</summary>
    public Parser<WordPart> Substitution(string name) => input =>
    {
        if (input.AtEnd)
        {
            throw new RejectedException("syntax error: missing '}'", input.Position);
        }

        var (source, end) = (input.Source, TextInput.EndOf(input));
        var at = input.Position;
        if (source[at] == '}')
        {
            return Result.Success((WordPart)new VariablePart(name, Modifier.None, [], []), TextInput.At(input, at + 1));
        }

        var sign = source[at] == ':' && at + 1 < end ? source.Substring(at, 2) : source.Substring(at, 1);
        if (sign is "#" or "%" && at + 1 < end && source[at + 1] == source[at])
        {
            sign += sign;
        }

        if (sign == "/" && at + 1 < end && source[at + 1] == '/')
        {
            sign = "//";
        }

        var rest = TextInput.At(input, at + sign.Length);
        var modifier = sign switch
        {
            "-" => Modifier.Default,
            ":-" => Modifier.DefaultIfEmpty,
            "+" => Modifier.Alternative,
            ":+" => Modifier.AlternativeIfNotEmpty,
            "?" => Modifier.Required,
            ":?" => Modifier.RequiredNotEmpty,
            "#" => Modifier.ShortestPrefix,
            "##" => Modifier.LongestPrefix,
            "%" => Modifier.ShortestSuffix,
            "%%" => Modifier.LongestSuffix,
            "/" => Modifier.ReplaceFirst,
            "//" => Modifier.ReplaceAll,
            _ => throw new RejectedException($"unsupported modifier ({sign}) in substitution", at),
        };
        var following = modifier switch
        {
            Modifier.ReplaceFirst or Modifier.ReplaceAll =>
                from pattern in ReplacedPattern
                from replacement in Replacement
                select (WordPart)new VariablePart(name, modifier, pattern, replacement),
            Modifier.ShortestPrefix or Modifier.LongestPrefix or Modifier.ShortestSuffix or Modifier.LongestSuffix =>
                from pattern in PrefixOrSuffixPattern
                select (WordPart)new VariablePart(name, modifier, pattern, []),
            _ =>
                from word in ModifierWord
                select (WordPart)new VariablePart(name, modifier, word, []),
        };
        return following(rest);
    };

    private static Parser<string> AnyCharacter() => input =>
    {
        if (input.AtEnd)
        {
            return Result.Failure<string>(input, "not found", ["a character"]);
        }

        var pair = char.IsHighSurrogate(input.Current) && input.Position + 1 < TextInput.EndOf(input);
        var text = input.Source.Substring(input.Position, pair ? 2 : 1);
        return Result.Success(text, TextInput.At(input, input.Position + text.Length));
    };
}
