using BuildSharp.Build;
using BuildSharp.Build.Reproducing;
using BuildSharp.Cli.Commands.Building.Reporting;
using BuildSharp.Cli.Commands.Images;
using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Cli.Commands.Transfers;
using BuildSharp.Containers.Fetching;
using BuildSharp.Dockerfiles;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Records;

namespace BuildSharp.Cli.Commands.Building;

/// <summary>The build of one platform of a <c>build</c> command: its plan, and the log that its progress goes to.</summary>
internal sealed class PlatformBuild : IDisposable
{
    private readonly PlannedBuild _planned;
    private readonly BuildLogFile? _log;
    private readonly Invocation _call;
    private readonly string? _name;
    private readonly StepTimes _times;
    private readonly JobLimit _jobs;
    private readonly bool _labelsAll;
    private readonly BuildRecorder? _recorder;

    /// <summary>Plans the build.</summary>
    /// <param name="dockerfile">The parsed Dockerfile.</param>
    /// <param name="request">The request, for any platform.</param>
    /// <param name="platform">The platform; null for the default.</param>
    /// <param name="all">All platforms of the command; with several, output lines and errors start with the platform.</param>
    /// <param name="times">Notes the steps.</param>
    /// <param name="jobs">Limits how many stages are worked on at the same time.</param>
    /// <param name="output">The command, and its output.</param>
    /// <param name="report">Records the build; null to record nothing.</param>
    /// <exception cref="BuildSharpException">The build cannot be planned, or its log file cannot be created.</exception>
    public PlatformBuild(
        Dockerfile dockerfile,
        BuildRequest request,
        Platform? platform,
        IReadOnlyList<Platform> all,
        StepTimes times,
        JobLimit jobs,
        SharedOutput output,
        BuildReport? report)
    {
        var call = output.Invocation;
        _jobs = jobs;
        _times = times;
        _name = all.Count > 1 ? $"[{platform}]" : null;
        _planned = PlannedBuild.Create(dockerfile, platform is null ? request : BuildInput.For(platform, request));
        _log = BuildLogFile.OpenFor(platform ?? Platform.Host, all, call);
        var own = _log is null ? output : new SharedOutput(_log.Invocation);
        _call = own.Invocation;
        _labelsAll = !jobs.IsSerial && (all.Count > 1 || _planned.Plan.HasSideBySide);
        _recorder = report?.Record(_planned, _name?[1..^1]);
        _planned = _planned.With(
            BuildInput.PrintingTo(_call, request.Run),
            own.ForCommands(BuildFlags.IsQuiet(call.Flags), _labelsAll ? place => BuildPrinter.Label(_name ?? "", place) : null, _recorder));
    }

    public BuildPlan Plan => _planned.Plan;

    /// <summary>Builds and returns the image.</summary>
    /// <exception cref="BuildSharpException">The build fails.</exception>
    public async Task<StoredImage> RunAsync(Store store, Fetcher fetcher, IRemoteCache remote, CancellationToken cancellation)
    {
        var flags = _call.Flags;
        var bases = new BaseImages(store, _call, PullPolicyFlags.Read(flags));
        using var printer = new BuildPrinter(
            _call, BuildFlags.IsQuiet(flags), showsIds: !flags.IsSet("iidfile"), flags.Text("explain"), _name ?? "", _labelsAll, _times);
        var progress = _call.Surroundings.Json?.ForBuild(_name?[1..^1]) ?? printer;
        progress = _recorder?.Before(progress) ?? progress;
        StoredImage? image = null;
        try
        {
            var builder = new DockerfileBuilder(store, bases, _call.Surroundings.Clock, fetcher, _jobs) { Remote = remote };
            var result = await (flags.Bool("verify-reproducible")
                ? new RepeatedBuild(builder, store, _call.Surroundings.Clock).BuildAsync(_planned, progress, cancellation)
                : builder.BuildAsync(_planned, progress, cancellation)).ConfigureAwait(false);
            return image = store.RequireImage(result.ImageId);
        }
        catch (BuildSharpException error) when (_name is not null)
        {
            throw new PlatformBuildException(_name, error);
        }
        finally
        {
            _recorder?.Read(store, image);
        }
    }

    /// <summary>Prints the image ID, which scripts read.</summary>
    public void PrintId(StoredImage image) => _call.Out.WriteLine(_call.Flags.Text("explain") == "json" ? ExplainedStep.Json(image.Id, _name ?? "") : image.Id);

    public void Dispose() => _log?.Dispose();

    /// <summary>Failure of one build among several, with the platform in front of its message.</summary>
    private sealed class PlatformBuildException(string platform, BuildSharpException error) : BuildSharpException($"{platform}: {error.Message}", error)
    {
        public override int ExitCode => error.ExitCode;

        public override string Details => error.Details;
    }
}
