using System.Globalization;
using BuildSharp.Cli.Flags;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.Building;

/// <summary>Points in time as written in flags.</summary>
internal static class Moments
{
    /// <summary>Parses seconds since 1970 or an RFC 3339 time.</summary>
    /// <exception cref="BuildSharpException">The text is neither.</exception>
    public static Timestamp Parse(string text)
    {
        return TryOfSeconds(text) ?? (Timestamp.TryParse(text, out var moment)
            ? moment
            : throw new BuildSharpException($"parsing timestamp value {GoQuoting.Quote(text)}: seconds since 1970 or an RFC 3339 time is expected"));
    }

    /// <summary>Parses seconds since 1970. Null for other text, and for a time outside the years 1 to 9999, which RFC 3339 cannot
    /// express.</summary>
    public static Timestamp? TryOfSeconds(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) ? TryOfSeconds(seconds) : null;

    /// <summary>Time of a flag in seconds since 1970; null when the flag is absent.</summary>
    /// <exception cref="BuildSharpException">It is outside the years 1 to 9999.</exception>
    public static Timestamp? OfFlag(FlagValues flags, string name) => flags.Number(name) is { } seconds
        ? TryOfSeconds(seconds) ?? throw new BuildSharpException($"--{name} {seconds}: these seconds since 1970 lead to no year from 1 to 9999")
        : null;

    private static Timestamp? TryOfSeconds(long seconds) =>
        seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? new Timestamp(seconds) : null;
}
