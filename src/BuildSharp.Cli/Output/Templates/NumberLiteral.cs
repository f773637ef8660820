using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace BuildSharp.Cli.Output.Templates;

/// <summary>Number literals of Go (<see href="https://go.dev/ref/spec#Integer_literals"/>), as templates write them.</summary>
internal static class NumberLiteral
{
    /// <summary>Parses an integer in any base or a decimal number, with <c>_</c> between digits.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out GoValue? value)
    {
        var digits = text.Replace("_", "", StringComparison.Ordinal);
        var negative = digits.StartsWith('-');
        var magnitude = digits.TrimStart('-', '+');
        if (magnitude.Length > 1 && magnitude[0] == '0' && TryParseInBase(magnitude, out var based))
        {
            value = new GoValue.Integer(negative ? -based : based);
        }
        else if (long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            value = new GoValue.Integer(whole);
        }
        else if (double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var real))
        {
            // A number without a point and with an integral value is an integer, even with an exponent.
            var isWhole = !digits.Contains('.') && Math.Abs(real) < 1e18 && Math.Truncate(real) == real;
            value = isWhole ? new GoValue.Integer((long)real) : new GoValue.Float(real);
        }
        else
        {
            value = null;
        }

        return value is not null;
    }

    // 0x1F, 0b11, 0o17 and 017.
    private static bool TryParseInBase(string text, out long value)
    {
        var (numberBase, start) = char.ToLowerInvariant(text[1]) switch
        {
            'x' => (16, 2),
            'b' => (2, 2),
            'o' => (8, 2),
            _ => (8, 1),
        };
        value = 0;
        foreach (var letter in text.AsSpan(start))
        {
            var digit = char.IsAsciiHexDigit(letter) ? Convert.ToInt32(letter.ToString(), 16) : numberBase;
            if (digit >= numberBase || value > (long.MaxValue - digit) / numberBase)
            {
                return false;
            }

            value = (value * numberBase) + digit;
        }

        return text.Length > start;
    }
}
