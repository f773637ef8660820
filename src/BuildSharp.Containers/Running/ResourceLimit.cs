using System.Globalization;

namespace BuildSharp.Containers.Running;

/// <summary>A limit of the process, as <c>--ulimit name=soft[:hard]</c> writes it (setrlimit(2)).</summary>
/// <param name="Name">Lower-case name without <c>RLIMIT_</c>, for example <c>nofile</c>.</param>
/// <param name="Soft">Value in the limit's own unit; <see cref="Unlimited"/> for none.</param>
/// <param name="Hard">Highest value that the process may raise <paramref name="Soft"/> to.</param>
public readonly record struct ResourceLimit(string Name, ulong Soft, ulong Hard)
{
    /// <summary>The kernel's RLIM_INFINITY, written <c>-1</c>.</summary>
    public const ulong Unlimited = ulong.MaxValue;

    private static readonly string[] KnownNames =
    [
        "as", "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio", "rttime",
        "sigpending", "stack",
    ];

    /// <summary>Reads <c>name=soft[:hard]</c>; without <c>hard</c> both are the same, and −1 is unlimited.</summary>
    /// <exception cref="FormatException">Unknown name, no number, or soft above hard.</exception>
    public static ResourceLimit Parse(string text)
    {
        var equals = text.IndexOf('=');
        if (equals < 0)
        {
            throw new FormatException($"invalid ulimit argument: \"{text}\": expected name=soft[:hard]");
        }

        var name = text[..equals].ToLowerInvariant();
        if (Array.IndexOf(KnownNames, name) < 0)
        {
            throw new FormatException($"invalid ulimit type: \"{name}\": known are {string.Join(", ", KnownNames)}");
        }

        var values = text[(equals + 1)..].Split(':');
        if (values.Length > 2)
        {
            throw new FormatException($"invalid ulimit argument: \"{text}\": expected name=soft[:hard]");
        }

        var soft = ParseValue(values[0], text);
        var hard = values.Length == 2 ? ParseValue(values[1], text) : soft;
        return soft <= hard
            ? new ResourceLimit(name, soft, hard)
            : throw new FormatException($"ulimit soft limit must be less than or equal to hard limit: {values[0]} > {values[1]}");
    }

    private static ulong ParseValue(string value, string whole)
    {
        if (value == "-1")
        {
            return Unlimited;
        }

        return ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"invalid ulimit argument: \"{whole}\": \"{value}\" is not a number");
    }
}
