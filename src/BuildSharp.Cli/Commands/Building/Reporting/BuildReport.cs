using System.Globalization;
using BuildSharp.Build;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.Building.Reporting;

/// <summary><c>build --report FILE</c>: a page about the build, also about one that fails.</summary>
internal sealed class BuildReport
{
    private readonly Invocation _call;
    private readonly string _file;
    private readonly DateTimeOffset _started;
    private readonly long _stamp;
    private readonly List<BuildRecorder> _builds = [];
    private ReportMask _mask = new([]);

    private BuildReport(Invocation call, string file)
    {
        (_call, _file) = (call, file);
        (_started, _stamp) = (call.Surroundings.Clock.GetUtcNow(), call.Surroundings.Clock.GetTimestamp());
    }

    private TimeSpan Elapsed => _call.Surroundings.Clock.GetElapsedTime(_stamp);

    // What the user calls the build: the name of the image, else that of the context.
    private string Title => _call.Flags.All("tag").FirstOrDefault() ?? (_call.Positionals is [{ } context] && context != "." ? context : Path.GetFileName(_call.Surroundings.WorkingDirectory));

    /// <summary>The report of a command; null without the flag.</summary>
    public static BuildReport? Of(Invocation call) => call.Flags.NonEmptyText("report") is { } file ? new BuildReport(call, file) : null;

    /// <summary>Hides the values of secret build arguments.</summary>
    public void Hide(BuildRequest request) => _mask = new ReportMask(request.Arguments.Given);

    /// <summary>Records a build of the command.</summary>
    /// <param name="planned">The build.</param>
    /// <param name="platform">Its platform, if there are several; null for one.</param>
    public BuildRecorder Record(PlannedBuild planned, string? platform)
    {
        var recorder = new BuildRecorder(planned, platform, () => Elapsed);
        _builds.Add(recorder);
        return recorder;
    }

    /// <summary>Builds, and writes the page.</summary>
    /// <param name="build">The whole build, with what becomes of its images.</param>
    /// <exception cref="BuildSharpException">The build fails; then the page tells why. Or the page cannot be written.</exception>
    public async Task WriteAfterAsync(Func<Task> build)
    {
        try
        {
            await build().ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            try
            {
                Write(failure);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or BuildSharpException)
            {
                _call.Log.Warning($"--report {_file}: {ErrorReport.Describe(error, _call.Surroundings.Program)}");
            }

            throw;
        }

        Write(failure: null);
    }

    private void Write(Exception? failure)
    {
        var isInterrupted = failure is OperationCanceledException;
        var page = ReportPage.Of(
            new ReportData(
                Title,
                _started.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                Elapsed.TotalSeconds,
                failure is null ? ReportState.Done : isInterrupted ? ReportState.Stopped : ReportState.Failed,
                failure is null ? null : new ReportFailure(ErrorReport.Describe(failure, _call.Surroundings.Program), Excerpt(failure)),
                [.. _builds.Select(build => build.Result(isInterrupted))],
                $"buildsharp {BuildSharpVersion.Number}"),
            _mask);
        ReplacedFile.Write(Path.GetFullPath(_file, _call.Surroundings.WorkingDirectory), page, Octal.O644);
    }

    private static string Excerpt(Exception failure) => failure switch
    {
        StepFailedException step => step.Excerpt,
        BuildSharpException { InnerException: StepFailedException step } => step.Excerpt,
        BuildSharpException known => known.Details,
        _ => "",
    };
}
