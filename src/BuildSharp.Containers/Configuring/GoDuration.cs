using System.Globalization;

namespace BuildSharp.Containers.Configuring;

/// <summary>Durations as Go prints them, which is how they stand in history entries: <c>5s</c>, <c>1m30s</c>, <c>1h0m0s</c>,
/// <c>1.5s</c>, <c>250ms</c>.</summary>
internal static class GoDuration
{
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
            return duration.Ticks >= TimeSpan.TicksPerMillisecond
                ? Number(duration.TotalMilliseconds) + "ms"
                : Number(duration.TotalMicroseconds) + "µs";
        }

        var seconds = Number((double)(duration.Ticks % TimeSpan.TicksPerMinute) / TimeSpan.TicksPerSecond) + "s";
        var hours = (long)duration.TotalHours;
        return duration.TotalMinutes < 1 ? seconds
            : hours == 0 ? $"{duration.Minutes}m{seconds}"
            : $"{hours}h{duration.Minutes}m{seconds}";
    }

    private static string Number(double value) => value.ToString("0.#######", CultureInfo.InvariantCulture);
}
