using System.Globalization;

namespace BuildSharp.Dockerfiles.Parsing;

/// <summary>The signals that STOPSIGNAL accepts.</summary>
internal static class SignalNames
{
    private const int Highest = 64;

    private static readonly string[] Names =
    [
        "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE", "POLL", "PROF", "PWR",
        "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1", "USR2", "VTALRM", "WINCH",
        "XCPU", "XFSZ",
    ];

    /// <summary>The names with <c>SIG</c>.</summary>
    public static IEnumerable<string> All => Names.Select(name => "SIG" + name);

    /// <summary>Whether a text is a number that is not a Linux signal. Other builders accept such numbers, except 0.</summary>
    public static bool IsUnknownNumber(string signal) =>
        int.TryParse(signal, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number is < 0 or > Highest;

    /// <summary>Whether a text is a number from 1 to 64, a name with or without <c>SIG</c>, or <c>RTMIN+n</c>, <c>RTMAX-n</c>.</summary>
    public static bool IsValid(string signal)
    {
        if (int.TryParse(signal, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number is > 0 and <= Highest;
        }

        var name = signal.ToUpperInvariant();
        if (name.StartsWith("SIG", StringComparison.Ordinal))
        {
            name = name[3..];
        }

        return Names.Contains(name) || IsRealTime(name, "RTMIN", '+') || IsRealTime(name, "RTMAX", '-');
    }

    private static bool IsRealTime(string name, string bound, char sign) => name == bound ||
        (name.StartsWith(bound + sign, StringComparison.Ordinal) &&
         int.TryParse(name[(bound.Length + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var offset) && offset <= 30);
}
