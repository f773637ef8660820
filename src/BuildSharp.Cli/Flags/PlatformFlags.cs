using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Flags;

/// <summary>Flags that select the platform of an image.</summary>
internal static class PlatformFlags
{
    public static IReadOnlyList<FlagDefinition> All { get; } =
    [
        Flag.Text("arch", "processor architecture of the image", value: "arch") with { Aliases = ["override-arch"] },
        Flag.Text("os", "operating system of the image", value: "os") with { Aliases = ["override-os"] },
        Flag.Text("variant", "variant of the processor architecture", value: "variant"),
        Flag.CsvList("platform", "platform of the image, OS/ARCH[/VARIANT]", value: "platform"),
    ];

    /// <summary>Whether any of these flags is given.</summary>
    public static bool AreSet(FlagValues flags) => flags.IsSet("platform") || HasParts(flags);

    /// <summary>The selected platforms without duplicates, in the order given; empty when no flag is given.</summary>
    /// <exception cref="BuildSharpException"><c>--platform</c> is combined with its parts, or a value is not a platform.</exception>
    public static IReadOnlyList<Platform> Wanted(FlagValues flags)
    {
        if (!flags.IsSet("platform"))
        {
            return HasParts(flags) ? OfParts(flags) : [];
        }

        if (HasParts(flags))
        {
            throw new BuildSharpException("invalid --platform may not be used with --os, --arch, or --variant");
        }

        var texts = flags.All("platform");
        return texts is [] or [""]
            ? throw new BuildSharpException("unable to parse --platform value []")
            : [.. texts.Select(Parse).DistinctBy(platform => platform.ToString())];
    }

    /// <summary>The selected platform for a verb that takes one image; null when no flag is given.</summary>
    /// <param name="flags">A command line with these flags.</param>
    /// <param name="warn">Receives a warning when further platforms are ignored.</param>
    /// <exception cref="BuildSharpException">As in <see cref="Wanted"/>.</exception>
    public static Platform? First(FlagValues flags, Action<string> warn)
    {
        var wanted = Wanted(flags);
        if (wanted.Count > 1)
        {
            warn($"ignoring platforms other than {wanted[0]}: [{string.Join(' ', wanted.Skip(1))}]");
        }

        return wanted.FirstOrDefault();
    }

    private static bool HasParts(FlagValues flags) => flags.IsSet("arch") || flags.IsSet("os") || flags.IsSet("variant");

    // --arch accepts a comma-separated list, because users write one.
    private static IReadOnlyList<Platform> OfParts(FlagValues flags)
    {
        var host = Platform.Host;
        var architectures = (flags.NonEmptyText("arch") ?? host.Architecture).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return
        [
            .. architectures.Select(architecture => Platform.Normalize(flags.NonEmptyText("os") ?? host.Os, architecture, flags.NonEmptyText("variant")))
                .DistinctBy(platform => platform.ToString()),
        ];
    }

    /// <summary>Parses <c>OS/ARCH[/VARIANT]</c>, <c>local</c>, or an OS or architecture alone; a missing part is the host's.</summary>
    private static Platform Parse(string text)
    {
        var host = Platform.Host;
        if (text is "local" or "")
        {
            return host;
        }

        var parts = text.Split('/');
        if (parts.Length > 1)
        {
            parts[0] = OrElse(parts[0], host.Os);
        }

        if (parts.Length > 1)
        {
            parts[1] = OrElse(parts[1], host.Architecture);
        }

        try
        {
            return Platform.Parse(string.Join('/', parts));
        }
        catch (BuildSharpException)
        {
            throw new BuildSharpException($"invalid platform syntax for --platform={GoQuoting.Quote(text)}: OS/ARCH[/VARIANT] is expected");
        }
    }

    private static string OrElse(string part, string missing) => part.Length > 0 ? part : missing;
}
