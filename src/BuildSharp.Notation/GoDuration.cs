using System.Globalization;
using Pidgin;
using static Pidgin.Parser;

namespace BuildSharp.Notation;

/// <summary>Durations in the form of Go's <c>time.Duration</c>, which flags, Dockerfiles and history entries use: <c>1h30m</c>, <c>2s</c>,
/// <c>1.5h</c>, <c>300ms</c>. The grammar is that of <c>time.ParseDuration</c> (pkg.go.dev/time; <c>grammar/duration.ebnf</c>).</summary>
public static class GoDuration
{
    // A Go duration is a 64-bit number of nanoseconds, about 292 years; a TimeSpan counts 100 ns, so it has the range for all of them.
    private const decimal MostTicks = long.MaxValue / 100m;

    private static Parser<char, string> Digits { get; } = Run.AtLeastOne(char.IsAsciiDigit, "digit");

    internal static Parser<char, bool> Sign { get; } = OneOf('+', '-').Select(sign => sign == '-');

    internal static Parser<char, string> Number { get; } = Digits.Then(Char('.').Then(Run.Of(char.IsAsciiDigit)).OptionalOr(""), WithFraction)
        .Or(Char('.').Then(Digits).Select(fraction => "0." + fraction));

    /// <summary>Number of ticks in a unit.</summary>
    internal static Parser<char, decimal> Unit { get; } = OneOf(
        Try(String("ns")).ThenReturn(0.01m),
        Try(String("us")).Or(Try(String("µs"))).Or(Try(String("μs"))).ThenReturn((decimal)TimeSpan.TicksPerMicrosecond),
        Try(String("ms")).ThenReturn((decimal)TimeSpan.TicksPerMillisecond),
        Char('s').ThenReturn((decimal)TimeSpan.TicksPerSecond),
        Char('m').ThenReturn((decimal)TimeSpan.TicksPerMinute),
        Char('h').ThenReturn((decimal)TimeSpan.TicksPerHour));

    internal static Parser<char, (string Number, decimal Unit)> DurationPart { get; } = Number.Then(Unit, (number, unit) => (number, unit));

    internal static Parser<char, (bool IsNegative, IReadOnlyList<(string Number, decimal Unit)> Parts)> Duration { get; } =
        Sign.OptionalOr(false).Then(
            Try(DurationPart.RepeatedAtLeastOnce()).Or(Char('0').ThenReturn<IReadOnlyList<(string, decimal)>>([])),
            (sign, parts) => (sign, parts));

    /// <summary>Parses a duration. Fractions of 100 ns are rounded up, so that a positive duration does not become zero.</summary>
    /// <returns>False when the text is not a duration or exceeds Go's range.</returns>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (Duration.Before(Parser<char>.End).Parse(text) is not { Success: true, Value: var (isNegative, parts) })
        {
            return false;
        }

        decimal ticks = 0;
        foreach (var (digits, unit) in parts)
        {
            // Divide instead of multiplying, because the product may exceed any numeric type.
            if (!decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ||
                number > (MostTicks - ticks) / unit)
            {
                return false;
            }

            ticks += number * unit;
        }

        duration = TimeSpan.FromTicks((long)Math.Min(Math.Ceiling(ticks), Math.Floor(MostTicks)));
        duration = isNegative ? -duration : duration;
        return true;
    }

    /// <summary>Formats a duration as Go does: <c>0s</c>, <c>700ns</c>, <c>250ms</c>, <c>1.5s</c>, <c>1m30s</c>, <c>1h0m0s</c>.</summary>
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
            return duration.Ticks >= TimeSpan.TicksPerMillisecond ? Text(duration.TotalMilliseconds) + "ms"
                : duration.Ticks >= TimeSpan.TicksPerMicrosecond ? Text(duration.TotalMicroseconds) + "µs"
                : Text(duration.TotalNanoseconds) + "ns";
        }

        var seconds = Text((double)(duration.Ticks % TimeSpan.TicksPerMinute) / TimeSpan.TicksPerSecond) + "s";
        var hours = (long)duration.TotalHours;
        return duration.TotalMinutes < 1 ? seconds
            : hours == 0 ? $"{duration.Minutes}m{seconds}"
            : $"{hours}h{duration.Minutes}m{seconds}";
    }

    private static string WithFraction(string whole, string fraction) => fraction.Length > 0 ? $"{whole}.{fraction}" : whole;

    private static string Text(double value) => value.ToString("0.#######", CultureInfo.InvariantCulture);
}
