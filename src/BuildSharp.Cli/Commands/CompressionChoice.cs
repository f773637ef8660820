using BuildSharp.Cli.Flags;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;

namespace BuildSharp.Cli.Commands;

/// <summary>What the compression flags ask for (buildah-commit(1)).</summary>
/// <param name="Kind">The format layers shall have, or null to leave it to the destination.</param>
/// <param name="Level">How hard to try, or null for the format's default.</param>
/// <param name="Force">Whether layers of another format are compressed again.</param>
/// <param name="KeepPlain">Whether plain layers stay plain even where compressed ones are wished for.</param>
internal sealed record CompressionChoice(CompressionKind? Kind, int? Level, bool Force, bool KeepPlain = false)
{
    /// <summary>The choice of <c>push</c>.</summary>
    /// <exception cref="BuildSharpException">The format is unknown or cannot be written.</exception>
    public static CompressionChoice OfPush(FlagValues flags)
    {
        var level = (int?)flags.Number("compression-level");
        if (flags.Bool("disable-compression"))
        {
            return new CompressionChoice(null, level, Force: false, KeepPlain: true);
        }

        return OfList(flags);
    }

    /// <summary>The choice of <c>manifest push</c>, where layers cannot be asked to stay plain.</summary>
    /// <exception cref="BuildSharpException">The format is unknown or cannot be written.</exception>
    public static CompressionChoice OfList(FlagValues flags)
    {
        var kind = flags.NonEmptyText("compression-format") is { } format ? KindOf("compression-format", format) : (CompressionKind?)null;
        return new CompressionChoice(
            kind, (int?)flags.Number("compression-level"), flags.IsSet("force-compression") ? flags.Bool("force-compression") : kind is not null);
    }

    /// <summary>What <c>--add-compression</c> asks for.</summary>
    /// <exception cref="BuildSharpException">A format is unknown or cannot be written.</exception>
    public static IReadOnlyList<CompressionKind> Added(FlagValues flags) =>
        [.. flags.All("add-compression").Select(format => KindOf("add-compression", format))];

    /// <summary>The choice of <c>commit</c>, whose layers stay plain unless a format is asked for.</summary>
    public static CompressionChoice OfCommit(FlagValues flags)
    {
        if (flags.IsSet("compression-format") || (flags.IsSet("disable-compression") && !flags.Bool("disable-compression")))
        {
            return OfPushIgnoringDefault(flags);
        }

        return new CompressionChoice(null, null, Force: false, KeepPlain: true);
    }

    /// <exception cref="BuildSharpException">Flags contradict each other.</exception>
    public static void CheckCommit(FlagValues flags)
    {
        if (!flags.IsSet("disable-compression") || !flags.Bool("disable-compression"))
        {
            return;
        }

        foreach (var other in new[] { "compression-format", "force-compression" })
        {
            if (flags.IsSet(other))
            {
                throw new BuildSharpException($"--disable-compression and --{other} cannot be used together");
            }
        }
    }

    /// <summary>Says that the compression asked for has no effect on an image for local storage.</summary>
    public static void WarnOfStore(Invocation call)
    {
        if (OfCommit(call.Flags).KeepPlain)
        {
            return;
        }

        var flag = call.Flags.IsSet("compression-format") ? "compression-format" : "disable-compression=false";
        call.Log.Warning($"--{flag} has no effect: layers are not compressed in local storage; push compresses them");
    }

    private static CompressionChoice OfPushIgnoringDefault(FlagValues flags)
    {
        var kind = flags.NonEmptyText("compression-format") is { } format ? KindOf("compression-format", format) : CompressionKind.Gzip;
        return new CompressionChoice(kind, (int?)flags.Number("compression-level"), Force: true);
    }

    private static CompressionKind KindOf(string flag, string format) => format switch
    {
        "gzip" => CompressionKind.Gzip,
        "zstd" => CompressionKind.Zstd,
        "zstd:chunked" => throw new BuildSharpException($"--{flag} zstd:chunked is not supported yet: use zstd or gzip"),
        _ => throw new BuildSharpException($"cannot find compressor for {GoQuoting.Quote(format)}"),
    };
}
