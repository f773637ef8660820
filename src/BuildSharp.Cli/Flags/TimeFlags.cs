namespace BuildSharp.Cli.Flags;

/// <summary>TIME: timestamps of an image and its new files (buildah-build(1)).</summary>
internal static class TimeFlags
{
    public static IReadOnlyList<FlagDefinition> All { get; } =
    [
        Flag.Number("timestamp", "creation time of image, history and new files, in seconds since 1970"),
        Flag.Number("source-date-epoch", "creation time of image and history, in seconds since 1970", variable: "SOURCE_DATE_EPOCH"),
        Flag.Bool("rewrite-timestamp", "let no new file be younger than --source-date-epoch"),
    ];
}
