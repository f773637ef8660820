using System.Globalization;

namespace BuildSharp.Oci;

/// <summary>Durations in the notation of Go's <c>time.Duration</c>, which flags, Dockerfiles and history entries use: <c>1h30m</c>,
/// <c>2s</c>, <c>1.5h</c>, <c>300ms</c>. The grammar is that of <c>time.ParseDuration</c> (pkg.go.dev/time).</summary>
public static class GoDuration
{
    // A Go duration is a 64-bit number of nanoseconds, some 292 years; a TimeSpan counts in 100 ns and so holds every one of them.
    private const decimal MostTicks = long.MaxValue / 100m;

    /// <summary>Reads a duration; a fraction of 100 ns counts as a whole one, so that a duration above zero is not taken for zero.</summary>
    /// <returns>False for text that is no duration, and for one that is too long for Go.</returns>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        ReadOnlySpan<char> rest = text;
        var isNegative = rest.StartsWith("-");
        if (isNegative || rest.StartsWith("+"))
        {
            rest = rest[1..];
        }

        if (rest is "0")
        {
            return true;
        }

        decimal ticks = 0;
        do
        {
            var digits = rest.IndexOfAnyExcept("0123456789.");
            if (digits <= 0 || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            rest = rest[digits..];
            var end = rest.IndexOfAny("0123456789.");
            var unit = TicksOf(end < 0 ? rest : rest[..end]);
            // Dividing instead of multiplying: the product may be too large for any number.
            if (unit == 0 || number > (MostTicks - ticks) / unit)
            {
                return false;
            }

            ticks += number * unit;
            rest = end < 0 ? [] : rest[end..];
        }
        while (!rest.IsEmpty);

        duration = TimeSpan.FromTicks((long)Math.Min(Math.Ceiling(ticks), Math.Floor(MostTicks)));
        duration = isNegative ? -duration : duration;
        return true;
    }

    /// <summary>The text that Go prints: <c>0s</c>, <c>700ns</c>, <c>250ms</c>, <c>1.5s</c>, <c>1m30s</c>, <c>1h0m0s</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
        {
            return "0s";
        }

        if (duration < TimeSpan.Zero)
        {
            return "-" + Format(duration.Negate());
        }

        if (duration < TimeSpan.FromSeconds(1))
        {
            return duration.Ticks >= TimeSpan.TicksPerMillisecond ? Number(duration.TotalMilliseconds) + "ms"
                : duration.Ticks >= TimeSpan.TicksPerMicrosecond ? Number(duration.TotalMicroseconds) + "µs"
                : Number(duration.TotalNanoseconds) + "ns";
        }

        var seconds = Number((double)(duration.Ticks % TimeSpan.TicksPerMinute) / TimeSpan.TicksPerSecond) + "s";
        var hours = (long)duration.TotalHours;
        return duration.TotalMinutes < 1 ? seconds
            : hours == 0 ? $"{duration.Minutes}m{seconds}"
            : $"{hours}h{duration.Minutes}m{seconds}";
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

    private static string Number(double value) => value.ToString("0.#######", CultureInfo.InvariantCulture);
}
