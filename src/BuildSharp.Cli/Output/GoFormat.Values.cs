using System.Globalization;
using System.Numerics;
using System.Text;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Output;

// Formatting per verb and kind of value.
internal sealed partial class GoFormat
{
    private void Write(GoValue value, char verb, int depth)
    {
        switch (value)
        {
            case GoValue.Bool flag when verb is 'v' or 't':
                Pad(flag.Value ? "true" : "false");
                break;
            case GoValue.Integer number:
                WriteInteger(value, number.Value, verb);
                break;
            case GoValue.Duration duration:
                // When Go reports a wrong verb, it does not call the value's String method.
                if (verb is 's' or 'x' or 'X' or 'q' || (verb == 'v' && !_flags.GoSyntax && !_describesMisuse))
                {
                    WriteText(value, GoDuration.Format(duration.Value), verb);
                }
                else
                {
                    WriteInteger(value, duration.Nanoseconds, verb);
                }

                break;
            case GoValue.Float number:
                WriteFloat(value, number.Value, verb);
                break;
            case GoValue.Text text:
                WriteText(value, text.Value, verb);
                break;
            case GoValue.Time time:
                WriteText(value, _flags.GoSyntax ? GoSource(time.Value) : GoPrinter.Print(time.Value), _flags.GoSyntax ? 's' : verb);
                break;
            case GoValue.Nil nil when verb == 'v':
                Pad(_flags.GoSyntax && nil.TypeName != GoValue.Nil.Untyped ? $"({nil.TypeName})(nil)" : GoValue.Nil.Untyped);
                break;
            case GoValue.Nil nil:
                _text.Append(CultureInfo.InvariantCulture, $"%!{verb}({(nil.TypeName == GoValue.Nil.Untyped ? "" : nil.TypeName + "=")}{GoValue.Nil.Untyped})");
                break;
            case GoValue.List or GoValue.Map or GoValue.Struct when depth == 0 && !IsVerb(verb):
                WriteMisuse(value, verb);
                break;
            case GoValue.List list:
                WriteList(list, verb, depth);
                break;
            case GoValue.Map map:
                WriteMap(map, verb, depth);
                break;
            case GoValue.Struct item:
                WriteStruct(item, verb, depth);
                break;
            default:
                WriteMisuse(value, verb);
                break;
        }
    }

    // %p prints an address, which does not exist here; %w is for errors only.
    private static bool IsVerb(char verb) => verb is not ('p' or 'w');

    private void WriteList(GoValue.List list, char verb, int depth)
    {
        var source = _flags.GoSyntax;
        if (source && list.Values is null)
        {
            _text.Append(list.TypeName).Append("(nil)");
            return;
        }

        _text.Append(source ? list.TypeName + "{" : "[");
        var first = true;
        foreach (var item in list.Items)
        {
            Separate(ref first);
            Write(item, verb, depth + 1);
        }

        _text.Append(source ? '}' : ']');
    }

    private void WriteMap(GoValue.Map map, char verb, int depth)
    {
        var source = _flags.GoSyntax;
        if (source && map.Values is null)
        {
            _text.Append(map.TypeName).Append("(nil)");
            return;
        }

        _text.Append(source ? map.TypeName + "{" : "map[");
        var first = true;
        foreach (var (key, value) in map.Entries)
        {
            Separate(ref first);
            WriteText(new GoValue.Text(key), key, verb);
            _text.Append(':');
            Write(value, verb, depth + 1);
        }

        _text.Append(source ? '}' : ']');
    }

    private void WriteStruct(GoValue.Struct item, char verb, int depth)
    {
        if (item.IsPointer)
        {
            _text.Append('&');
        }

        if (_flags.GoSyntax)
        {
            _text.Append(item.TypeName);
        }

        _text.Append('{');
        var first = true;
        foreach (var field in item.Fields)
        {
            Separate(ref first);
            if (_flags.GoSyntax || _flags.FieldNames)
            {
                _text.Append(field.Name).Append(':');
            }

            Write(field.Value, verb, depth + 1);
        }

        _text.Append('}');
    }

    private void Separate(ref bool first)
    {
        if (!first)
        {
            _text.Append(_flags.GoSyntax ? ", " : " ");
        }

        first = false;
    }

    private void WriteText(GoValue value, string text, char verb)
    {
        switch (verb)
        {
            case 'v' when _flags.GoSyntax:
                Pad(GoQuoting.Quote(text));
                break;
            case 'v' or 's':
                Pad(Cut(text));
                break;
            case 'q':
                text = Cut(text);
                Pad((_flags.Sharp ? GoQuoting.TryBackquote(text) : null) ?? GoQuoting.Quote(text, _flags.Plus));
                break;
            case 'x' or 'X':
                Pad(Hexadecimal(text, verb == 'X'));
                break;
            default:
                WriteMisuse(value, verb);
                break;
        }
    }

    private string Cut(string text) => _flags.Precision is { } limit
        ? string.Concat(text.EnumerateRunes().Take(limit).Select(rune => rune.ToString()))
        : text;

    private string Hexadecimal(string text, bool upper)
    {
        var bytes = Encoding.UTF8.GetBytes(text).Take(_flags.Precision ?? int.MaxValue).Select(octet => octet.ToString(upper ? "X2" : "x2", CultureInfo.InvariantCulture)).ToList();
        var prefix = _flags.Sharp && bytes.Count > 0 ? upper ? "0X" : "0x" : "";
        return _flags.Space ? string.Join(' ', bytes.Select(octet => prefix + octet)) : prefix + string.Concat(bytes);
    }

    private void WriteInteger(GoValue value, long number, char verb)
    {
        switch (verb)
        {
            case 'v' when _flags.GoSyntax && value.GoType.StartsWith('u'):
                WriteDigits(number, 16, "0x");
                break;
            case 'v' or 'd':
                WriteDigits(number, 10, "");
                break;
            case 'b':
                WriteDigits(number, 2, _flags.Sharp ? "0b" : "");
                break;
            case 'o':
                WriteDigits(number, 8, _flags.Sharp ? "0" : "");
                break;
            case 'O':
                WriteDigits(number, 8, "0o");
                break;
            case 'x':
                WriteDigits(number, 16, _flags.Sharp ? "0x" : "");
                break;
            case 'X':
                WriteDigits(number, 16, _flags.Sharp ? "0X" : "", upper: true);
                break;
            case 'c':
                Pad(RuneOf(number).ToString());
                break;
            case 'q':
                Pad(GoQuoting.Quote(RuneOf(number), _flags.Plus));
                break;
            case 'U':
                var shown = _flags.Sharp && GoQuoting.IsPrintable(RuneOf(number)) ? $" '{RuneOf(number)}'" : "";
                Pad(string.Create(CultureInfo.InvariantCulture, $"U+{number:X4}{shown}"));
                break;
            default:
                WriteMisuse(value, verb);
                break;
        }
    }

    private static Rune RuneOf(long number) => Rune.IsValid((int)Math.Clamp(number, -1, int.MaxValue)) ? new Rune((int)number) : Rune.ReplacementChar;

    private void WriteDigits(long number, int numberBase, string prefix, bool upper = false)
    {
        if (_flags.Precision == 0 && number == 0)
        {
            Pad("");
            return;
        }

        var sign = number < 0 ? "-" : _flags.Plus ? "+" : _flags.Space ? " " : "";
        var digits = Digits(BigInteger.Abs(number), numberBase, upper);
        var fewest = _flags.Precision ?? (_flags is { Zero: true, Left: false, Width: { } width } ? width - sign.Length - prefix.Length : 0);
        Pad(sign + prefix + digits.PadLeft(Math.Max(0, fewest), '0'), zeros: false);
    }

    private static string Digits(BigInteger number, int numberBase, bool upper)
    {
        var digits = "";
        do
        {
            digits = (upper ? "0123456789ABCDEF" : "0123456789abcdef")[(int)(number % numberBase)] + digits;
            number /= numberBase;
        }
        while (number > 0);

        return digits;
    }

    private void WriteFloat(GoValue value, double number, char verb)
    {
        var text = verb switch
        {
            'v' or 'g' or 'G' => General(number),
            'e' or 'E' => ShortExponent(number.ToString($"E{_flags.Precision ?? 6}", CultureInfo.InvariantCulture)),
            'f' or 'F' => number.ToString($"F{_flags.Precision ?? 6}", CultureInfo.InvariantCulture),
            _ => null,
        };
        if (text is null)
        {
            WriteMisuse(value, verb);
            return;
        }

        text = verb is 'G' or 'E' ? text.ToUpperInvariant() : text.ToLowerInvariant();
        var sign = text.StartsWith('-') ? "" : _flags.Plus ? "+" : _flags.Space ? " " : "";
        var zeros = _flags is { Zero: true, Left: false, Width: { } width } ? width - sign.Length - text.Length : 0;
        var start = text.StartsWith('-') ? 1 : 0;
        Pad(sign + text[..start] + new string('0', Math.Max(0, zeros)) + text[start..], zeros: false);
    }

    // The fewest digits that identify the number, or the given precision; very small and large numbers get an exponent.
    private string General(double number)
    {
        var most = _flags.Precision is { } precision ? Math.Max(1, precision) : (int?)null;
        var scientific = number.ToString($"E{(most ?? 17) - 1}", CultureInfo.InvariantCulture);
        var at = scientific.IndexOf('E');
        var mantissa = most is null ? number.ToString("R", CultureInfo.InvariantCulture).Split('E')[0] : scientific[..at];
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal).Trim('-').Trim('0');
        var exponent = int.Parse(scientific.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (digits.Length == 0)
        {
            return "0";
        }

        if (exponent >= -4 && exponent < (most ?? 6))
        {
            return number.ToString($"F{Math.Max(0, digits.Length - 1 - exponent)}", CultureInfo.InvariantCulture);
        }

        var fraction = digits.Length > 1 ? "." + digits[1..] : "";
        return ShortExponent($"{(number < 0 ? "-" : "")}{digits[0]}{fraction}{scientific[at..]}");
    }

    // .NET writes exponents with three digits, Go with at least two.
    private static string ShortExponent(string scientific)
    {
        var at = scientific.IndexOf('E') + 2;
        return scientific[..at] + scientific[at..].TrimStart('0').PadLeft(2, '0');
    }

    private static string GoSource(Timestamp time)
    {
        var moment = time.ToDateTimeOffset().UtcDateTime;
        var month = CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName(moment.Month);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"time.Date({moment.Year}, time.{month}, {moment.Day}, {moment.Hour}, {moment.Minute}, {moment.Second}, {time.Nanoseconds}, time.UTC)");
    }

    // Width counts characters, not bytes.
    private void Pad(string text, bool zeros = true)
    {
        var missing = (_flags.Width ?? 0) - text.EnumerateRunes().Count();
        if (missing <= 0)
        {
            _text.Append(text);
        }
        else if (_flags.Left)
        {
            _text.Append(text).Append(' ', missing);
        }
        else
        {
            _text.Append(zeros && _flags.Zero ? '0' : ' ', missing).Append(text);
        }
    }
}
