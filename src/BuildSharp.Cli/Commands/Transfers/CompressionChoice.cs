using BuildSharp.Cli.Flags;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers.Compression;

namespace BuildSharp.Cli.Commands.Transfers;

/// <summary>Layer compression asked for by flags (buildah-commit(1)).</summary>
/// <param name="Kind">Format to compress layers with; null lets the destination choose.</param>
/// <param name="Level">Compression level of the format; null for its default.</param>
/// <param name="Force">Whether to recompress layers that have another format.</param>
/// <param name="KeepPlain">Whether uncompressed layers stay uncompressed even if the destination prefers compressed ones.</param>
internal sealed record CompressionChoice(CompressionKind? Kind, int? Level, bool Force, bool KeepPlain = false)
{
    /// <summary>Choice for <c>push</c>.</summary>
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

    /// <summary>Choice for <c>manifest push</c>, which has no flag to keep layers uncompressed.</summary>
    /// <exception cref="BuildSharpException">The format is unknown or cannot be written.</exception>
    public static CompressionChoice OfList(FlagValues flags)
    {
        var kind = flags.NonEmptyText("compression-format") is { } format ? KindOf("compression-format", format) : (CompressionKind?)null;
        return new CompressionChoice(
            kind, (int?)flags.Number("compression-level"), flags.IsSet("force-compression") ? flags.Bool("force-compression") : kind is not null);
    }

    /// <summary>Formats of <c>--add-compression</c>.</summary>
    /// <exception cref="BuildSharpException">A format is unknown or cannot be written.</exception>
    public static IReadOnlyList<CompressionKind> Added(FlagValues flags) =>
        [.. flags.All("add-compression").Select(format => KindOf("add-compression", format))];

    /// <summary>Choice for <c>commit</c>, whose layers stay uncompressed unless a flag asks for a format.</summary>
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

    /// <summary>Warns that compression flags have no effect on an image in local storage.</summary>
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
