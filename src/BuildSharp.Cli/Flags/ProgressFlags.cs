using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Flags;

/// <summary><c>--progress</c>, with the values of docker-buildx-build(1), and <c>--quiet</c>.</summary>
internal static class ProgressFlags
{
    private static readonly string[] Modes = ["auto", "tty", "plain", "quiet", "json"];

    public static FlagDefinition Progress { get; } =
        Flag.Text("progress", "how progress is shown: auto, tty, plain, quiet, or json for programs", standard: "auto", value: "mode") with
        {
            Values = Modes,
        };

    /// <summary>How the command shows its progress.</summary>
    /// <exception cref="BuildSharpException">The value of <c>--progress</c> is unknown.</exception>
    public static ProgressMode Mode(FlagValues flags)
    {
        var text = flags.Has(Progress.Name) ? flags.Text(Progress.Name)! : "auto";
        return text switch
        {
            _ when flags.Has("quiet") && flags.Bool("quiet") => ProgressMode.Quiet,
            "auto" => ProgressMode.Auto,
            "tty" => ProgressMode.Terminal,
            "plain" => ProgressMode.Plain,
            "quiet" => ProgressMode.Quiet,
            "json" or "rawjson" => ProgressMode.Json,
            _ => throw new BuildSharpException($"unknown --progress {GoQuoting.Quote(text)}; known are {string.Join(", ", Modes)}"),
        };
    }

    /// <summary>Whether the command shows no progress.</summary>
    public static bool IsQuiet(FlagValues flags) => Mode(flags) == ProgressMode.Quiet;
}
