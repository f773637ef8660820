using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace BuildSharp.Oci;

/// <summary>A time with nanoseconds, formatted as RFC 3339 in UTC without trailing zeros of the fraction, as in Go.</summary>
/// <remarks><see cref="DateTimeOffset"/> has a resolution of 100 ns, which would lose digits of times that other tools wrote.</remarks>
/// <param name="UnixSeconds">Whole seconds since 1970-01-01T00:00:00Z, rounded down.</param>
/// <param name="Nanoseconds">0 to 999,999,999, added to the seconds.</param>
public readonly record struct Timestamp(long UnixSeconds, int Nanoseconds = 0) : IComparable<Timestamp>
{
    /// <summary>Go's zero time, <c>0001-01-01T00:00:00Z</c>, which Go tools write for unset times.</summary>
    public static Timestamp GoZero { get; } = new(-62_135_596_800);

    /// <summary>The start of the Unix epoch.</summary>
    public static Timestamp Epoch => default;

    /// <summary>Converts a .NET time.</summary>
    public static Timestamp From(DateTimeOffset time)
    {
        var ticks = time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        var seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out var rest);
        if (rest < 0)
        {
            seconds--;
            rest += TimeSpan.TicksPerSecond;
        }

        return new Timestamp(seconds, (int)rest * 100);
    }

    /// <summary>The same time, truncated to 100 ns.</summary>
    public DateTimeOffset ToDateTimeOffset() => DateTimeOffset.FromUnixTimeSeconds(UnixSeconds).AddTicks(Nanoseconds / 100);

    /// <summary>Parses an RFC 3339 time with any offset and up to nine fractional digits.</summary>
    /// <exception cref="FormatException">The text has another form.</exception>
    public static Timestamp Parse(string text) =>
        TryParse(text, out var value) ? value : throw new FormatException($"\"{text}\" is not an RFC 3339 time");

    /// <summary>Like <see cref="Parse"/>, without throwing.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Timestamp value)
    {
        value = default;
        if (text is null)
        {
            return false;
        }

        if (TryParseUsual(text, out value))
        {
            return true;
        }

        // Parse the fraction separately: .NET keeps seven digits, Go writes nine.
        var nanoseconds = 0;
        var dot = text.IndexOf('.');
        var whole = text;
        if (dot >= 0)
        {
            var end = dot + 1;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
            {
                end++;
            }

            var digits = text[(dot + 1)..end];
            if (digits.Length is 0 or > 18)
            {
                return false;
            }

            nanoseconds = int.Parse(digits.PadRight(9, '0')[..9], CultureInfo.InvariantCulture);
            whole = text[..dot] + text[end..];
        }

        if (!DateTimeOffset.TryParseExact(
                whole, "yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return false;
        }

        value = new Timestamp(time.ToUnixTimeSeconds(), nanoseconds);
        return true;
    }

    /// <summary>Fast path for the form that nearly all records have, because listing images parses mostly times.</summary>
    private static bool TryParseUsual(ReadOnlySpan<char> text, out Timestamp value)
    {
        value = default;
        if (text.Length < 20 || text.Length > 30 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[^1] != 'Z'
            || !TryNumber(text[..4], out var year) || !TryNumber(text[5..7], out var month) || !TryNumber(text[8..10], out var day)
            || !TryNumber(text[11..13], out var hour) || !TryNumber(text[14..16], out var minute) || !TryNumber(text[17..19], out var second)
            || year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        var nanoseconds = 0;
        var fraction = text[19..^1];
        if (!fraction.IsEmpty)
        {
            if (fraction[0] != '.' || fraction.Length == 1 || !TryNumber(fraction[1..], out nanoseconds))
            {
                return false;
            }

            for (var digits = fraction.Length - 1; digits < 9; digits++)
            {
                nanoseconds *= 10;
            }
        }

        var time = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc);
        value = new Timestamp((time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond, nanoseconds);
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<char> digits, out int value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit(digit))
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(Timestamp other) =>
        UnixSeconds != other.UnixSeconds ? UnixSeconds.CompareTo(other.UnixSeconds) : Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>Whether <paramref name="left"/> is earlier.</summary>
    public static bool operator <(Timestamp left, Timestamp right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> is later.</summary>
    public static bool operator >(Timestamp left, Timestamp right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> is not later.</summary>
    public static bool operator <=(Timestamp left, Timestamp right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> is not earlier.</summary>
    public static bool operator >=(Timestamp left, Timestamp right) => left.CompareTo(right) >= 0;

    /// <summary>The form that Go's <c>RFC3339Nano</c> gives, for example <c>2026-11-21T21:13:31.095950179Z</c>.</summary>
    public override string ToString()
    {
        var whole = DateTimeOffset.FromUnixTimeSeconds(UnixSeconds).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        return Nanoseconds == 0
            ? whole + "Z"
            : $"{whole}.{Nanoseconds.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0')}Z";
    }
}
