using System.Globalization;
using System.Text;
using BuildSharp.Notation;

namespace BuildSharp.Cli.Output.Templates;

/// <summary>Splits a template into tokens: literal text, and the words of actions between <c>{{</c> and <c>}}</c>.</summary>
internal sealed class Lexer(string name, string source)
{
    private const string Blanks = " \t\r\n";
    private readonly List<Token> _tokens = [];
    private int _at;

    public static IReadOnlyList<Token> Read(string name, string source) => new Lexer(name, source).ReadAll();

    private IReadOnlyList<Token> ReadAll()
    {
        var trimStart = false;
        while (true)
        {
            var open = source.IndexOf("{{", _at, StringComparison.Ordinal);
            var text = open < 0 ? source[_at..] : source[_at..open];
            var trimEnd = open >= 0 && IsTrim(open + 2, before: false);
            if (trimStart)
            {
                text = text.TrimStart(Blanks.ToCharArray());
            }

            if (trimEnd)
            {
                text = text.TrimEnd(Blanks.ToCharArray());
            }

            if (text.Length > 0)
            {
                Add(TokenKind.Literal, text, _at);
            }

            if (open < 0)
            {
                break;
            }

            _at = open + (trimEnd ? 3 : 2);
            trimStart = ReadComment() ?? ReadAction();
        }

        Add(TokenKind.End, "", source.Length);
        return _tokens;
    }

    // A comment must be the only content of its action: {{/* … */}}.
    private bool? ReadComment()
    {
        var start = _at;
        while (start < source.Length && Blanks.Contains(source[start]))
        {
            start++;
        }

        if (!source.AsSpan(start).StartsWith("/*"))
        {
            return null;
        }

        var end = source.IndexOf("*/", start + 2, StringComparison.Ordinal);
        if (end < 0)
        {
            throw Failure("unclosed comment", start);
        }

        _at = end + 2;
        var trims = IsTrim(_at, before: true);
        if (trims)
        {
            _at = source.IndexOf('-', _at) + 1;
        }

        if (!source.AsSpan(_at).StartsWith("}}"))
        {
            throw Failure("comment ends before closing delimiter", _at);
        }

        _at += 2;
        return trims;
    }

    private bool ReadAction()
    {
        while (true)
        {
            if (_at >= source.Length)
            {
                throw Failure("unclosed action", _at);
            }

            if (IsTrim(_at, before: true) && source.AsSpan(source.IndexOf('-', _at) + 1).StartsWith("}}"))
            {
                _at = source.IndexOf('-', _at) + 3;
                Add(TokenKind.Close, "}}", _at - 2);
                return true;
            }

            if (source.AsSpan(_at).StartsWith("}}"))
            {
                Add(TokenKind.Close, "}}", _at);
                _at += 2;
                return false;
            }

            ReadToken();
        }
    }

    // In "{{- " and " -}}" the minus trims only when a blank separates it from the action.
    private bool IsTrim(int at, bool before) => before
        ? at < source.Length && Blanks.Contains(source[at]) && source.AsSpan(at).TrimStart(Blanks).StartsWith("-}}")
        : at + 1 < source.Length && source[at] == '-' && Blanks.Contains(source[at + 1]);

    private void ReadToken()
    {
        var start = _at;
        var letter = source[_at];
        if (Blanks.Contains(letter))
        {
            TakeWhile(next => Blanks.Contains(next));
            Add(TokenKind.Space, " ", start);
        }
        else if (letter is '"' or '`')
        {
            Add(TokenKind.Text, letter == '"' ? ReadQuoted() : ReadRaw(), start);
        }
        else if (letter == '\'')
        {
            Add(TokenKind.Number, ReadCharacter(), start);
        }
        else if (letter == '.' && !(_at + 1 < source.Length && char.IsAsciiDigit(source[_at + 1])))
        {
            _at++;
            TakeWhile(IsNameLetter);
            Add(_at == start + 1 ? TokenKind.Dot : TokenKind.Field, source[(start + 1).._at], start);
        }
        else if (letter == '$')
        {
            _at++;
            TakeWhile(IsNameLetter);
            Add(TokenKind.Variable, source[start.._at], start);
        }
        else if (char.IsAsciiDigit(letter) || (letter is '-' or '+' or '.' && _at + 1 < source.Length && char.IsAsciiDigit(source[_at + 1])))
        {
            _at++;
            TakeWhile(next => char.IsAsciiLetterOrDigit(next) || next is '.' or '_');
            Add(TokenKind.Number, source[start.._at], start);
        }
        else if (IsNameLetter(letter))
        {
            TakeWhile(IsNameLetter);
            Add(TokenKind.Word, source[start.._at], start);
        }
        else if (source.AsSpan(_at).StartsWith(":="))
        {
            _at += 2;
            Add(TokenKind.Symbol, ":=", start);
        }
        else if (letter is '|' or '(' or ')' or ',' or '=')
        {
            _at++;
            Add(TokenKind.Symbol, letter.ToString(), start);
        }
        else
        {
            throw Failure($"unexpected {GoQuoting.Quote(letter.ToString())} in command", _at);
        }
    }

    private static bool IsNameLetter(char letter) => letter == '_' || char.IsLetterOrDigit(letter);

    private void TakeWhile(Func<char, bool> accepts)
    {
        while (_at < source.Length && accepts(source[_at]))
        {
            _at++;
        }
    }

    private string ReadRaw()
    {
        var end = source.IndexOf('`', _at + 1);
        if (end < 0)
        {
            throw Failure("unterminated raw quoted string", _at);
        }

        var text = source[(_at + 1)..end];
        _at = end + 1;
        return text;
    }

    private string ReadCharacter()
    {
        var text = ReadUntil('\'', "unterminated character constant");
        return text.EnumerateRunes().FirstOrDefault() is var rune && rune.Utf16SequenceLength == text.Length
            ? rune.Value.ToString(CultureInfo.InvariantCulture)
            : throw Failure("malformed character constant", _at);
    }

    private string ReadQuoted() => ReadUntil('"', "unterminated quoted string");

    private string ReadUntil(char quote, string complaint)
    {
        var text = new StringBuilder();
        for (_at++; _at < source.Length && source[_at] != quote && source[_at] != '\n'; _at++)
        {
            if (source[_at] != '\\' || _at + 1 >= source.Length)
            {
                text.Append(source[_at]);
            }
            else
            {
                text.Append(ReadEscape());
            }
        }

        if (_at >= source.Length || source[_at] != quote)
        {
            throw Failure(complaint, _at);
        }

        _at++;
        return text.ToString();
    }

    // Leaves the position at the last letter of the escape.
    private string ReadEscape() => source[++_at] switch
    {
        'n' => "\n",
        't' => "\t",
        'r' => "\r",
        'a' => "\a",
        'b' => "\b",
        'f' => "\f",
        'v' => "\v",
        'x' => Number(from: _at + 1, digits: 2, numberBase: 16),
        'u' => Number(from: _at + 1, digits: 4, numberBase: 16),
        'U' => Number(from: _at + 1, digits: 8, numberBase: 16),
        >= '0' and <= '3' => Number(from: _at, digits: 3, numberBase: 8),
        '"' or '\\' or '\'' => source[_at].ToString(),
        var other => throw Failure($"invalid escape \\{other} in quoted string", _at),
    };

    private string Number(int from, int digits, int numberBase)
    {
        var value = 0;
        for (var at = from; at < from + digits; at++)
        {
            var digit = at < source.Length && char.IsAsciiHexDigit(source[at]) ? Convert.ToInt32(source[at].ToString(), 16) : numberBase;
            if (digit >= numberBase || value > 0x10ffff)
            {
                throw Failure("invalid escape in quoted string", _at);
            }

            value = (value * numberBase) + digit;
        }

        _at = from + digits - 1;
        return Rune.IsValid(value) ? new Rune(value).ToString() : throw Failure("invalid escape in quoted string", _at);
    }

    private void Add(TokenKind kind, string text, int at) => _tokens.Add(new Token(kind, text, LineOf(at), ColumnOf(at)));

    private int LineOf(int at) => 1 + source.AsSpan(0, at).Count('\n');

    private int ColumnOf(int at) => at - (at == 0 ? 0 : source.LastIndexOf('\n', at - 1) + 1);

    private TemplateException Failure(string message, int at) =>
        new($"template: {name}:{LineOf(Math.Min(at, source.Length))}: {message}");
}
