using System.Globalization;
using BuildSharp.Cli.Flags;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands;

/// <summary>Times as flags write them.</summary>
internal static class Moments
{
    /// <summary>Seconds since 1970, or RFC 3339.</summary>
    /// <exception cref="BuildSharpException">Neither.</exception>
    public static Timestamp Parse(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds))
            return new Timestamp(seconds);

        return Timestamp.TryParse(text, out var moment)
            ? moment
            : throw new BuildSharpException($"parsing timestamp value {GoText.Quote(text)}: seconds since 1970 or an RFC 3339 time is expected");
    }
}
