using System.Text.Json;
using System.Text.Json.Serialization;

namespace BuildSharp.Cli.Commands.Building.Reporting;

/// <summary>What <c>build --report</c> shows, as the script of <c>report.html</c> reads it. Times are seconds since the start of the
/// command, sizes are bytes.</summary>
/// <param name="Title">The name of the image, or what else the reader knows the build by.</param>
/// <param name="Started">Start of the command, RFC 3339 in UTC.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Result">How the command ended.</param>
/// <param name="Failure">Why there is no image; null when there is one.</param>
/// <param name="Builds">The builds, one for each platform.</param>
/// <param name="Version">The program, with its version.</param>
internal sealed record ReportData(
    string Title, string Started, double Seconds, ReportState Result, ReportFailure? Failure, IReadOnlyList<ReportBuild> Builds, string Version);

/// <summary>How a build or a step ended. Not a text, because texts are masked.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReportState>))]
internal enum ReportState
{
    /// <summary>It was executed.</summary>
    Done,

    /// <summary>It was found in the cache.</summary>
    Hit,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>It was stopped: by a signal, or because another stage failed.</summary>
    Stopped,
}

/// <param name="Message">The error line.</param>
/// <param name="Excerpt">Place and lines of the Dockerfile, and hints; empty when the failure has none.</param>
internal sealed record ReportFailure(string Message, string Excerpt);

/// <param name="Platform">The platform, if there are several builds; null for one.</param>
/// <param name="Image">ID of the image; null when there is none.</param>
/// <param name="Names">The names of the image.</param>
/// <param name="Stages">The stages that were started, in the order of the file.</param>
/// <param name="Skipped">Stages that the image does not need.</param>
/// <param name="Layers">The layers of the image from the lowest, and those of steps of other stages that are in the store.</param>
/// <param name="Config">The config of the image.</param>
/// <param name="Warnings">The warnings.</param>
internal sealed record ReportBuild(
    string? Platform,
    string? Image,
    IReadOnlyList<string> Names,
    IReadOnlyList<ReportStage> Stages,
    IReadOnlyList<string> Skipped,
    IReadOnlyList<ReportLayer> Layers,
    IReadOnlyList<ReportSetting> Config,
    IReadOnlyList<string> Warnings);

/// <param name="Title">Number and name.</param>
/// <param name="Steps">Its steps, as far as they were started.</param>
internal sealed record ReportStage(string Title, IReadOnlyList<ReportStep> Steps);

/// <param name="Number">Number and count, as in <c>2/5</c>; null for the commit.</param>
/// <param name="Text">The instruction on one line.</param>
/// <param name="Place">File and line; null for the commit.</param>
/// <param name="Start">When it started.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="State">How it ended.</param>
/// <param name="Reason">Why it was not found in the cache; null when it was found or not looked for.</param>
/// <param name="Differences">What has changed since the last build.</param>
/// <param name="MoreDifferences">Number of differences that are left out.</param>
/// <param name="Image">ID of the image that was made or found; null for none.</param>
/// <param name="Layer">Index of its layer among those of the build; null for none.</param>
/// <param name="Output">The last lines of the command's output.</param>
/// <param name="IsSecret">Whether the output is left out, because the command could read a secret.</param>
internal sealed record ReportStep(
    string? Number,
    string Text,
    string? Place,
    double Start,
    double Seconds,
    ReportState State,
    string? Reason,
    IReadOnlyList<ReportDifference> Differences,
    int MoreDifferences,
    string? Image,
    int? Layer,
    IReadOnlyList<string> Output,
    bool IsSecret);

/// <param name="Phrase">What is different, in a few words.</param>
/// <param name="Before">What it was; null for nothing.</param>
/// <param name="Now">What it is; null for nothing.</param>
internal sealed record ReportDifference(string Phrase, string? Before, string? Now);

/// <param name="DiffId">Hash of its uncompressed tar.</param>
/// <param name="CreatedBy">The entry of the history, or the step.</param>
/// <param name="Size">Length of its uncompressed tar.</param>
/// <param name="IsOfImage">Whether it is a layer of the final image.</param>
/// <param name="Entries">Number of entries of its tar; null when it is not known.</param>
/// <param name="Largest">Its largest files.</param>
internal sealed record ReportLayer(string DiffId, string CreatedBy, long Size, bool IsOfImage, long? Entries, IReadOnlyList<ReportFile> Largest);

/// <param name="Name">Its path without leading slash.</param>
/// <param name="Size">Its length.</param>
internal sealed record ReportFile(string Name, long Size);

/// <param name="Name">Name of a setting, as in a Dockerfile.</param>
/// <param name="Values">Its values.</param>
internal sealed record ReportSetting(string Name, IReadOnlyList<string> Values);

/// <summary>Serialises <see cref="ReportData"/> without reflection.</summary>
[JsonSerializable(typeof(ReportData))]
internal sealed partial class ReportDataContext : JsonSerializerContext
{
    /// <summary>A context whose texts pass a mask. Its encoder is that of .NET for HTML: <c>&lt;</c>, <c>&gt;</c>, <c>&amp;</c> and all that
    /// is not ASCII become <c>\uXXXX</c>, so that no text can end the script element that it is in.</summary>
    public static ReportDataContext With(ReportMask mask) => new(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Converters = { mask } });
}
