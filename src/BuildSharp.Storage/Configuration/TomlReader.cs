using System.Globalization;
using System.Text;
using BuildSharp.Oci;

namespace BuildSharp.Storage.Configuration;

/// <summary>Reads the subset of TOML (toml.io) that storage.conf and containers.conf use: tables, dotted keys, the four kinds of strings,
/// integers, booleans, arrays, inline tables and arrays of tables. Dates and floats are refused with their line number.</summary>
public sealed class TomlReader
{
    private readonly string _text;
    private readonly string _fileName;
    private int _position;

    private TomlReader(string text, string fileName)
    {
        _text = text;
        _fileName = fileName;
    }

    /// <summary>Values by full dotted key: string, long, bool, or a list of these and of tables. A table in a list is a dictionary like the
    /// result.</summary>
    /// <param name="text">Content of the file.</param>
    /// <param name="fileName">Name of the file in messages.</param>
    /// <exception cref="BuildSharpException">The text is not in this subset; the message names file and line.</exception>
    public static Dictionary<string, object> Read(string text, string fileName)
    {
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        var target = values;
        var reader = new TomlReader(text, fileName);
        var table = "";
        while (true)
        {
            reader.SkipBlankLines();
            if (reader.AtEnd)
            {
                return values;
            }

            if (reader.TryTake('['))
            {
                var isItem = reader.TryTake('[');
                reader.SkipBlanks();
                var name = reader.ReadKey();
                reader.Expect(']');
                if (isItem)
                {
                    reader.Expect(']');
                    (table, target) = ("", reader.AddItem(values, name));
                }
                else
                {
                    (table, target) = (name + ".", values);
                }
            }
            else
            {
                reader.ReadPair(table, target);
            }

            reader.ExpectEndOfLine();
        }
    }

    private bool AtEnd => _position >= _text.Length;

    private char Current => AtEnd ? '\0' : _text[_position];

    private void ReadPair(string prefix, Dictionary<string, object> values)
    {
        var key = prefix + ReadKey();
        Expect('=');
        SkipBlanks();
        if (TryTake('{'))
        {
            ReadInlineTable(key + ".", values);
            return;
        }

        if (!values.TryAdd(key, ReadValue()))
        {
            throw Unexpected($"{key} is set twice");
        }
    }

    private Dictionary<string, object> AddItem(Dictionary<string, object> values, string name)
    {
        if (!values.TryGetValue(name, out var found))
        {
            values[name] = found = new List<object>();
        }

        var item = new Dictionary<string, object>(StringComparer.Ordinal);
        (found as List<object> ?? throw Unexpected($"{name} is set twice")).Add(item);
        return item;
    }

    private void ReadInlineTable(string prefix, Dictionary<string, object> values)
    {
        SkipBlanks();
        while (!TryTake('}'))
        {
            ReadPair(prefix, values);
            SkipBlanks();
            if (!TryTake(','))
            {
                Expect('}');
                return;
            }

            SkipBlanks();
        }
    }

    private string ReadKey()
    {
        var key = new StringBuilder();
        do
        {
            SkipBlanks();
            if (Current is '"' or '\'')
            {
                key.Append(ReadString());
            }
            else
            {
                var start = _position;
                while (char.IsAsciiLetterOrDigit(Current) || Current is '_' or '-')
                {
                    _position++;
                }

                if (start == _position)
                {
                    throw Unexpected("expected a key");
                }

                key.Append(_text, start, _position - start);
            }

            SkipBlanks();
            key.Append('.');
        }
        while (TryTake('.'));
        key.Length--;
        return key.ToString();
    }

    private object ReadValue()
    {
        if (Current is '"' or '\'')
        {
            return ReadString();
        }

        if (TryTake('['))
        {
            var items = new List<object>();
            SkipBlankLines();
            while (!TryTake(']'))
            {
                items.Add(ReadValue());
                SkipBlankLines();
                if (!TryTake(','))
                {
                    Expect(']');
                    break;
                }

                SkipBlankLines();
            }

            return items;
        }

        if (TryTake('{'))
        {
            var table = new Dictionary<string, object>(StringComparer.Ordinal);
            ReadInlineTable("", table);
            return table;
        }

        var start = _position;
        while (char.IsAsciiLetterOrDigit(Current) || Current is '_' or '-' or '+')
        {
            _position++;
        }

        var word = _text[start.._position];
        return word switch
        {
            "true" => true,
            "false" => false,
            _ => ReadNumber(word),
        };
    }

    private long ReadNumber(string word)
    {
        var digits = word.Replace("_", "", StringComparison.Ordinal);
        try
        {
            return digits switch
            {
                ['0', 'x', ..] => Convert.ToInt64(digits[2..], 16),
                ['0', 'o', ..] => Convert.ToInt64(digits[2..], 8),
                ['0', 'b', ..] => Convert.ToInt64(digits[2..], 2),
                _ => long.Parse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
            };
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
        {
            throw Unexpected(word.Length == 0 ? "expected a value" : $"cannot read the value {word}");
        }
    }

    private string ReadString()
    {
        var quote = _text[_position];
        var fence = new string(quote, 3);
        var isLong = string.CompareOrdinal(_text, _position, fence, 0, 3) == 0;
        _position += isLong ? 3 : 1;
        if (isLong)
        {
            // TOML: a newline right after the opening quotes is not part of the value.
            _position += Current == '\r' ? 1 : 0;
            _position += Current == '\n' ? 1 : 0;
        }

        var value = new StringBuilder();
        while (true)
        {
            if (AtEnd || (!isLong && Current == '\n'))
            {
                throw Unexpected("the string has no end");
            }

            if (isLong ? string.CompareOrdinal(_text, _position, fence, 0, 3) == 0 : Current == quote)
            {
                _position += isLong ? 3 : 1;
                return value.ToString();
            }

            var next = _text[_position++];
            if (next == '\\' && quote == '"')
            {
                ReadEscape(value);
            }
            else
            {
                value.Append(next);
            }
        }
    }

    private void ReadEscape(StringBuilder value)
    {
        var kind = Current;
        _position++;
        switch (kind)
        {
            case 'b':
                value.Append('\b');
                break;
            case 't':
                value.Append('\t');
                break;
            case 'n':
                value.Append('\n');
                break;
            case 'f':
                value.Append('\f');
                break;
            case 'r':
                value.Append('\r');
                break;
            case '"' or '\\':
                value.Append(kind);
                break;
            case 'u' or 'U':
                var length = kind == 'u' ? 4 : 8;
                if (_position + length > _text.Length
                    || !int.TryParse(_text.AsSpan(_position, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
                    || !Rune.IsValid(code))
                {
                    throw Unexpected("not a character");
                }

                value.Append(new Rune(code).ToString());
                _position += length;
                break;
            case '\n' or '\r' or ' ' or '\t':
                while (char.IsWhiteSpace(Current))
                {
                    _position++;
                }

                break;
            default:
                throw Unexpected($"unknown escape \\{kind}");
        }
    }

    private void SkipBlanks()
    {
        while (Current is ' ' or '\t')
        {
            _position++;
        }
    }

    private void SkipBlankLines()
    {
        while (!AtEnd && (char.IsWhiteSpace(Current) || Current == '#'))
        {
            if (Current == '#')
            {
                var end = _text.IndexOf('\n', _position);
                _position = end < 0 ? _text.Length : end;
            }
            else
            {
                _position++;
            }
        }
    }

    private bool TryTake(char wanted)
    {
        if (Current != wanted || AtEnd)
        {
            return false;
        }

        _position++;
        return true;
    }

    private void Expect(char wanted)
    {
        SkipBlanks();
        if (!TryTake(wanted))
        {
            throw Unexpected($"expected {wanted}");
        }
    }

    private void ExpectEndOfLine()
    {
        SkipBlanks();
        if (!AtEnd && Current is not ('#' or '\n' or '\r'))
        {
            throw Unexpected("expected the end of the line");
        }
    }

    private BuildSharpException Unexpected(string problem)
    {
        var line = 1 + _text.AsSpan(0, Math.Min(_position, _text.Length)).Count('\n');
        return new BuildSharpException($"{_fileName}:{line}: {problem}");
    }
}
