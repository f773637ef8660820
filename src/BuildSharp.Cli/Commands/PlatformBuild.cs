using BuildSharp.Build;
using BuildSharp.Containers.Fetching;
using BuildSharp.Dockerfiles;
using BuildSharp.Oci;
using BuildSharp.Storage;

namespace BuildSharp.Cli.Commands;

/// <summary>What one <c>build</c> command line asks for on one platform: a planned build, and where it tells of its progress.</summary>
internal sealed class PlatformBuild : IDisposable
{
    private readonly PlannedBuild _planned;
    private readonly BuildLogFile? _log;
    private readonly Invocation _call;
    private readonly string? _name;

    /// <summary>Plans it.</summary>
    /// <param name="dockerfile">What to build.</param>
    /// <param name="request">How, whatever the platform.</param>
    /// <param name="platform">For what; null when nothing was said.</param>
    /// <param name="all">All platforms of the command: of several, lines and errors have to say which they are about.</param>
    /// <param name="call">The command.</param>
    /// <exception cref="BuildSharpException">It cannot be planned, or has a log file that cannot be made.</exception>
    public PlatformBuild(Dockerfile dockerfile, BuildRequest request, Platform? platform, IReadOnlyList<Platform> all, Invocation call)
    {
        _name = all.Count > 1 ? $"[{platform}]" : null;
        _planned = PlannedBuild.Create(dockerfile, platform is null ? request : BuildInput.For(platform, request));
        _log = BuildLogFile.OpenFor(platform ?? Platform.Host, all, call);
        _call = _log?.Invocation ?? call;
        if (_log is not null)
        {
            _planned = _planned.With(BuildInput.PrintingTo(_call, request.Run));
        }
    }

    /// <summary>The stages that it comes to.</summary>
    public BuildPlan Plan => _planned.Plan;

    /// <summary>Builds, and returns the image.</summary>
    /// <exception cref="BuildSharpException">It cannot be built.</exception>
    public async Task<StoredImage> RunAsync(Store store, Fetcher fetcher, CancellationToken cancellation)
    {
        var flags = _call.Flags;
        var bases = new BaseImages(store, _call, PullPolicyFlags.Read(flags));
        var printer = new BuildPrinter(_call, BuildFlags.IsQuiet(flags), showsIds: !flags.IsSet("iidfile"), _name is null ? "" : _name + " ");
        try
        {
            var result = await new DockerfileBuilder(store, bases, _call.Surroundings.Clock, fetcher)
                .BuildAsync(_planned, printer, cancellation).ConfigureAwait(false);
            return store.RequireImage(result.ImageId);
        }
        catch (BuildSharpException error) when (_name is not null)
        {
            throw new PlatformBuildException(_name, error);
        }
    }

    /// <summary>Prints what scripts read: the image's ID.</summary>
    public void PrintId(StoredImage image) => _call.Out.WriteLine(image.Id);

    public void Dispose() => _log?.Dispose();

    /// <summary>The failure of one build of several.</summary>
    private sealed class PlatformBuildException(string platform, BuildSharpException error) : BuildSharpException($"{platform}: {error.Message}", error)
    {
        public override int ExitCode => error.ExitCode;

        public override string Details => error.Details;
    }
}
