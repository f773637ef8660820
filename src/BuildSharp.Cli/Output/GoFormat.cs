using System.Globalization;
using System.Text;

namespace BuildSharp.Cli.Output;

/// <summary>Go's <c>printf</c> for <see cref="GoValue"/>s: a verb applies to each element of a list, map or struct; a verb that does not
/// fit prints <c>%!v(type=value)</c>. See <see href="https://pkg.go.dev/fmt"/>.</summary>
/// <remarks>Where Go prints the address in a pointer field, this prints the struct that it points to.</remarks>
internal sealed partial class GoFormat
{
    private readonly string _format;
    private readonly IReadOnlyList<GoValue> _values;
    private readonly StringBuilder _text = new();
    private int _at;
    private int _next;
    private bool _reordered;
    private FormatFlags _flags;
    private bool _describesMisuse;

    private GoFormat(string format, IReadOnlyList<GoValue> values) => (_format, _values) = (format, values);

    /// <summary>One value formatted with <c>%v</c>.</summary>
    public static string Print(GoValue value)
    {
        var format = new GoFormat("", []);
        format.WriteArgument(value, 'v');
        return format._text.ToString();
    }

    /// <summary>Formats the values.</summary>
    public static string Format(string format, IReadOnlyList<GoValue> values) => new GoFormat(format, values).Run();

    private string Run()
    {
        while (_at < _format.Length)
        {
            if (_format[_at] != '%')
            {
                _text.Append(_format[_at++]);
            }
            else
            {
                RunDirective();
            }
        }

        if (!_reordered && _next < _values.Count)
        {
            var extra = _values.Skip(_next).Select(value => IsNothing(value) ? GoValue.Nil.Untyped : $"{value.GoType}={Print(value)}");
            _text.Append("%!(EXTRA ").AppendJoin(", ", extra).Append(')');
        }

        return _text.ToString();
    }

    private void RunDirective()
    {
        _at++;
        _flags = default;
        ReadFlags();
        var index = ReadIndex();
        if (Take('*'))
        {
            _flags.Width = NumberArgument("%!(BADWIDTH)");
            if (_flags.Width < 0)
            {
                _flags = _flags with { Width = -_flags.Width, Left = true, Zero = false };
            }

            index = true;
        }
        else
        {
            _flags.Width = ReadDigits();
        }

        if (Take('.'))
        {
            index &= ReadIndex();
            _flags.Precision = Take('*') ? NumberArgument("%!(BADPREC)") : ReadDigits() ?? 0;
            if (_flags.Precision < 0)
            {
                _flags.Precision = null;
            }
        }

        index &= ReadIndex();
        if (_at >= _format.Length)
        {
            _text.Append("%!(NOVERB)");
            return;
        }

        Rune.DecodeFromUtf16(_format.AsSpan(_at), out var rune, out var length);
        _at += length;
        var verb = rune.IsBmp ? (char)rune.Value : '\ufffd';
        if (verb == '%')
        {
            _text.Append('%');
        }
        else if (!index)
        {
            _text.Append(CultureInfo.InvariantCulture, $"%!{verb}(BADINDEX)");
        }
        else if (_next >= _values.Count)
        {
            _text.Append(CultureInfo.InvariantCulture, $"%!{verb}(MISSING)");
        }
        else
        {
            WriteArgument(_values[_next++], verb);
        }
    }

    private void ReadFlags()
    {
        for (; _at < _format.Length; _at++)
        {
            switch (_format[_at])
            {
                case '-':
                    _flags = _flags with { Left = true, Zero = false };
                    break;
                case '0':
                    _flags.Zero = !_flags.Left;
                    break;
                case '+':
                    _flags.Plus = true;
                    break;
                case ' ':
                    _flags.Space = true;
                    break;
                case '#':
                    _flags.Sharp = true;
                    break;
                default:
                    return;
            }
        }
    }

    // Reads an argument index such as "[3]"; false when that argument does not exist.
    private bool ReadIndex()
    {
        if (_at >= _format.Length || _format[_at] != '[')
        {
            return true;
        }

        _reordered = true;
        var end = _format.IndexOf(']', _at);
        var isNumber = int.TryParse(_format.AsSpan(_at + 1, Math.Max(0, end - _at - 1)), NumberStyles.None, CultureInfo.InvariantCulture, out var index);
        _at = end < 0 ? _at + 1 : end + 1;
        if (!isNumber || index < 1 || index > _values.Count)
        {
            return false;
        }

        _next = index - 1;
        return true;
    }

    private int? NumberArgument(string complaint)
    {
        if (_next < _values.Count && _values[_next++] is GoValue.Integer { Value: >= -FormatFlags.Largest and <= FormatFlags.Largest } number)
        {
            return (int)number.Value;
        }

        _text.Append(complaint);
        return null;
    }

    private int? ReadDigits()
    {
        int? number = null;
        for (; _at < _format.Length && char.IsAsciiDigit(_format[_at]); _at++)
        {
            number = Math.Min(FormatFlags.Largest, (10 * (number ?? 0)) + (_format[_at] - '0'));
        }

        return number;
    }

    private bool Take(char letter)
    {
        if (_at >= _format.Length || _format[_at] != letter)
        {
            return false;
        }

        _at++;
        return true;
    }

    private void WriteArgument(GoValue value, char verb)
    {
        if (verb is 'v')
        {
            // In %#v and %+v the flags select Go syntax and field names; they must not also apply to numbers.
            _flags = _flags with { GoSyntax = _flags.Sharp, FieldNames = _flags.Plus && !_flags.Sharp, Sharp = false, Plus = false };
        }

        if (verb == 'T')
        {
            Pad(IsNothing(value) ? GoValue.Nil.Untyped : value.GoType);
        }
        else if (value is GoValue.Absent or GoValue.Nil { TypeName: GoValue.Nil.Untyped })
        {
            WriteNil(verb);
        }
        else
        {
            Write(value, verb, depth: 0);
        }
    }

    private void WriteNil(char verb)
    {
        if (verb == 'v')
        {
            Pad(GoValue.Nil.Untyped);
        }
        else
        {
            _text.Append(CultureInfo.InvariantCulture, $"%!{verb}({GoValue.Nil.Untyped})");
        }
    }

    private static bool IsNothing(GoValue value) => value is GoValue.Absent or GoValue.Nil { TypeName: GoValue.Nil.Untyped };

    private void WriteMisuse(GoValue value, char verb)
    {
        var outer = _describesMisuse;
        _describesMisuse = true;
        _text.Append(CultureInfo.InvariantCulture, $"%!{verb}({value.GoType}=");
        Write(value, 'v', depth: 0);
        _text.Append(')');
        _describesMisuse = outer;
    }
}
