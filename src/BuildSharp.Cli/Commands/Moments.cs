using System.Globalization;
using BuildSharp.Cli.Flags;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands;

/// <summary>Times as flags write them.</summary>
internal static class Moments
{
    /// <summary>Seconds since 1970, or RFC 3339.</summary>
    /// <exception cref="BuildSharpException">Neither.</exception>
    public static Timestamp Parse(string text)
    {
        return TryOfSeconds(text) ?? (Timestamp.TryParse(text, out var moment)
            ? moment
            : throw new BuildSharpException($"parsing timestamp value {GoQuoting.Quote(text)}: seconds since 1970 or an RFC 3339 time is expected"));
    }

    /// <summary>Seconds since 1970; null for anything else, and for a time outside the years 1 to 9999, which no image can say.</summary>
    public static Timestamp? TryOfSeconds(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) ? TryOfSeconds(seconds) : null;

    /// <summary>The time of a flag that counts seconds since 1970; null when it was not given.</summary>
    /// <exception cref="BuildSharpException">It is outside the years 1 to 9999.</exception>
    public static Timestamp? OfFlag(FlagValues flags, string name) => flags.Number(name) is { } seconds
        ? TryOfSeconds(seconds) ?? throw new BuildSharpException($"--{name} {seconds}: these seconds since 1970 lead to no year from 1 to 9999")
        : null;

    private static Timestamp? TryOfSeconds(long seconds) =>
        seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? new Timestamp(seconds) : null;
}
