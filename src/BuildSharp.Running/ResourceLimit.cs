using System.Globalization;

namespace BuildSharp.Running;

/// <summary>A resource limit, <c>--ulimit name=soft[:hard]</c> (setrlimit(2)).</summary>
/// <param name="Name">Name in lower case without <c>RLIMIT_</c>, for example <c>nofile</c>.</param>
/// <param name="Soft">Value in the unit of the limit; <see cref="Unlimited"/> for none.</param>
/// <param name="Hard">Maximum to which the process may raise <paramref name="Soft"/>.</param>
public readonly record struct ResourceLimit(string Name, ulong Soft, ulong Hard)
{
    /// <summary>The kernel's RLIM_INFINITY, written <c>-1</c>.</summary>
    public const ulong Unlimited = ulong.MaxValue;

    private static readonly string[] KnownNames =
    [
        "as", "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio", "rttime",
        "sigpending", "stack",
    ];

    /// <summary>Parses <c>name=soft[:hard]</c>. The default for <c>hard</c> is the soft limit; −1 means unlimited.</summary>
    /// <exception cref="FormatException">The name is unknown, a value is not a number, or the soft limit exceeds the hard one.</exception>
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
