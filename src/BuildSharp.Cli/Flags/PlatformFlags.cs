using BuildSharp.Oci;

namespace BuildSharp.Cli.Flags;

/// <summary>PLAT: which platform's image is meant (cli.md §4).</summary>
internal static class PlatformFlags
{
    public static IReadOnlyList<FlagDefinition> All { get; } =
    [
        Flag.Text("arch", "processor architecture of the image", value: "arch") with { Aliases = ["override-arch"] },
        Flag.Text("os", "operating system of the image", value: "os") with { Aliases = ["override-os"] },
        Flag.Text("variant", "variant of the processor architecture", value: "variant"),
        Flag.CsvList("platform", "platform of the image, OS/ARCH[/VARIANT]", value: "platform"),
    ];

    /// <summary>The platform asked for, or <c>null</c> when none is.</summary>
    /// <param name="flags">A command line with this group.</param>
    /// <param name="warn">Told that further platforms are ignored.</param>
    /// <exception cref="BuildSharpException">Both ways of saying it are mixed, or the platform is not one.</exception>
    public static Platform? Wanted(FlagValues flags, Action<string> warn)
    {
        var parts = flags.IsSet("arch") || flags.IsSet("os") || flags.IsSet("variant");
        if (!flags.IsSet("platform"))
        {
            var host = Platform.Host;
            return parts
                ? Normalized(flags.NonEmptyText("os") ?? host.Os, flags.NonEmptyText("arch") ?? host.Architecture, flags.NonEmptyText("variant"))
                : null;
        }

        if (parts)
            throw new BuildSharpException("invalid --platform may not be used with --os, --arch, or --variant");

        var platforms = flags.All("platform");
        if (platforms.Count == 0 || platforms[0].Length == 0)
            throw new BuildSharpException("unable to parse --platform value []");

        if (platforms.Count > 1)
            warn($"ignoring platforms other than {platforms[0]}: [{string.Join(' ', platforms.Skip(1))}]");

        return Parse(platforms[0]);
    }

    /// <summary>Reads <c>OS/ARCH[/VARIANT]</c>, <c>local</c> or a bare architecture; of two parts an empty one is this machine's.</summary>
    private static Platform Parse(string text)
    {
        if (text == "local")
            return Platform.Host;

        var parts = text.Split('/');
        if (parts.Length > 3 || (parts.Length != 2 && parts.Any(part => part.Length == 0)))
            throw new BuildSharpException($"invalid platform syntax for --platform={GoText.Quote(text)}: OS/ARCH[/VARIANT] is expected");

        var host = Platform.Host;
        return parts.Length == 1
            ? Normalized(host.Os, parts[0], null)
            : Normalized(OrElse(parts[0], host.Os), OrElse(parts[1], host.Architecture), parts.Length == 3 ? parts[2] : null);
    }

    private static string OrElse(string part, string missing) => part.Length > 0 ? part : missing;

    // Names that other tools give to the same processors.
    private static Platform Normalized(string os, string architecture, string? variant)
    {
        (architecture, variant) = architecture.ToLowerInvariant() switch
        {
            "x86_64" or "x86-64" => ("amd64", variant),
            "aarch64" => ("arm64", variant),
            "armhf" => ("arm", "v7"),
            "armel" => ("arm", "v6"),
            "i386" => ("386", variant),
            var other => (other, variant),
        };
        return new Platform { Os = os.ToLowerInvariant(), Architecture = architecture, Variant = variant };
    }
}
