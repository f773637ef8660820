using System.Globalization;

namespace BuildSharp.Cli.Flags;

/// <summary>Durations as Go writes them: <c>1h30m</c>, <c>2s</c>, <c>1.5h</c>, <c>300ms</c>.</summary>
internal static class GoDuration
{
    /// <summary>Reads a duration.</summary>
    /// <exception cref="FormatException">In Go's words.</exception>
    public static TimeSpan Parse(string text) => TryParse(text, out var value)
        ? value
        : throw new FormatException($"time: invalid duration {GoText.Quote(text)}");

    /// <summary>Reads what <see cref="Parse"/> reads, without throwing.</summary>
    public static bool TryParse(string text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        var rest = text.AsSpan();
        var negative = rest.StartsWith("-");
        if (negative || rest.StartsWith("+"))
            rest = rest[1..];

        if (rest is "0")
            return true;

        var ticks = 0m;
        if (rest.IsEmpty)
            return false;

        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept("0123456789.");
            if (digits <= 0 || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
                return false;

            rest = rest[digits..];
            var letters = rest.IndexOfAny("0123456789.");
            var unit = TicksOf(letters < 0 ? rest : rest[..letters]);
            if (unit == 0)
                return false;

            ticks += number * unit;
            if (ticks > long.MaxValue)
                return false;

            rest = letters < 0 ? [] : rest[letters..];
        }

        value = TimeSpan.FromTicks((long)(negative ? -ticks : ticks));
        return true;
    }

    private static decimal TicksOf(ReadOnlySpan<char> unit) => unit switch
    {
        "ns" => 0.01m,
        "us" or "µs" or "μs" => 10,
        "ms" => TimeSpan.TicksPerMillisecond,
        "s" => TimeSpan.TicksPerSecond,
        "m" => TimeSpan.TicksPerMinute,
        "h" => TimeSpan.TicksPerHour,
        _ => 0,
    };
}
