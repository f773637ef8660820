using System.Globalization;

namespace BuildSharp.Dockerfiles.Parsing;

/// <summary>Durations as Go writes them: <c>1h2m3.5s</c>, <c>500ms</c>.</summary>
internal static class GoDuration
{
    /// <summary>Reads a duration; a value below a tick of 100 ns rounds up to one, so that it is not taken for zero.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var rest = text.AsSpan();
        var negative = rest.StartsWith("-");
        if (negative || rest.StartsWith("+")) rest = rest[1..];
        if (rest is "0") return true;
        if (rest.IsEmpty) return false;
        decimal ticks = 0;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept("0123456789.");
            if (digits <= 0 || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            rest = rest[digits..];
            var end = rest.IndexOfAny("0123456789.");
            if (end < 0) end = rest.Length;
            decimal? unit = rest[..end] switch
            {
                "ns" => 0.01m,
                "us" or "µs" or "μs" => 10m,
                "ms" => TimeSpan.TicksPerMillisecond,
                "s" => TimeSpan.TicksPerSecond,
                "m" => TimeSpan.TicksPerMinute,
                "h" => TimeSpan.TicksPerHour,
                _ => null,
            };
            if (unit is null || number > long.MaxValue / unit) return false;
            ticks += number * unit.Value;
            if (ticks > long.MaxValue) return false;
            rest = rest[end..];
        }

        duration = TimeSpan.FromTicks((long)Math.Ceiling(ticks));
        if (negative) duration = -duration;
        return true;
    }
}
