using System.Globalization;

namespace BuildSharp.Cli.Output;

/// <summary>Sizes for people: up to three significant digits, powers of 1000, as in <c>1.99 MB</c>.</summary>
internal static class HumanSize
{
    private static readonly string[] Units = ["B", "KB", "MB", "GB", "TB", "PB", "EB"];

    /// <summary>Formats a number of bytes as buildah's tables do: 999,900 bytes are <c>1e+03 KB</c>.</summary>
    public static string Write(long bytes) => Write(bytes, limit: 1000);

    /// <summary>Formats a number of bytes so that it has no exponent: 999,900 bytes are <c>1 MB</c>.</summary>
    public static string Rounded(long bytes) => Write(bytes, limit: 999.5);

    private static string Write(double value, double limit)
    {
        var unit = 0;
        while (value >= limit && unit < Units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        return $"{ThreeDigits(value)} {Units[unit]}";
    }

    // Like Go's %.3g for values below 1000: drops trailing zeros, and rounds 999.6 to 1e+03.
    private static string ThreeDigits(double value)
    {
        if (Math.Round(value, MidpointRounding.ToEven) >= 1000)
        {
            return "1e+03";
        }

        var decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
        var text = value.ToString($"F{decimals}", CultureInfo.InvariantCulture);
        return decimals == 0 ? text : text.TrimEnd('0').TrimEnd('.');
    }
}
