using BuildSharp.Build.Explaining;
using BuildSharp.Containers;
using BuildSharp.Containers.Configuring;
using BuildSharp.Containers.Fetching;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Oci;
using BuildSharp.Running;
using BuildSharp.Storage;

namespace BuildSharp.Build;

/// <summary>Builds an image from a planned Dockerfile by executing its stages, side by side as far as they do not need each other.</summary>
/// <param name="store">Holds the images and working containers.</param>
/// <param name="images">Finds base images.</param>
/// <param name="time">Clock for images without a fixed time.</param>
/// <param name="fetcher">Downloads sources of ADD and owns temporary directories.</param>
/// <param name="jobs">Limits how many stages are worked on at the same time. With a limit of one they are built in file order.</param>
public sealed class DockerfileBuilder(Store store, IBaseImages images, TimeProvider time, Fetcher fetcher, JobLimit jobs)
{
    /// <summary>Where else steps are looked for and kept with <c>--layers</c>; null for nowhere.</summary>
    public IRemoteCache? Remote { get; init; }

    /// <summary>Executes the ONBUILD instructions of a container's base image, as <c>from</c> does, and removes them from its
    /// config.</summary>
    /// <param name="container">A new container.</param>
    /// <param name="request">How commands run and where COPY takes files from; Dockerfiles and names are not used.</param>
    /// <param name="progress">As in <see cref="BuildAsync"/>.</param>
    /// <param name="cancellationToken">As in <see cref="BuildAsync"/>.</param>
    /// <exception cref="BuildSharpException">An instruction failed; the container holds the changes before it.</exception>
    public async Task DoTriggersAsync(
        WorkingContainer container, BuildRequest request, IProgress<BuildEvent>? progress, CancellationToken cancellationToken)
    {
        var triggers = container.Image.Config.OnBuild;
        if (triggers.Count == 0)
        {
            return;
        }

        await using var networks = new NetworkPool();
        request = request with { Run = request.Run with { Networks = networks } };
        var plan = BuildPlan.Create(DockerfileParser.Parse("FROM scratch\n", "ONBUILD"), request);
        using var session = new BuildSession(new BuildStore(store, time), images, time, fetcher, request, plan, jobs, progress);
        container.Image = ImageConfigEditor.ClearOnBuild(container.Image);
        await new StageExecutor(session, plan.Graph.Stages[0])
            .DoTriggersAsync(new StageContainer(container, store), new BaseTriggers(triggers, container.FromImage ?? container.FromImageId![..12], from: null), cancellationToken).ConfigureAwait(false);
        container.Save();
    }

    /// <summary>Builds the image. Also on failure, removes the working containers and images that have no further use.</summary>
    /// <param name="build">The planned build.</param>
    /// <param name="progress">Receives events, before each step, from the tasks of all stages; null to report nothing.</param>
    /// <param name="cancellationToken">Stops the build before the next step, and kills a running command.</param>
    /// <exception cref="DockerfileException">The Dockerfile cannot be built; the message has line and column.</exception>
    /// <exception cref="StepFailedException">A RUN ended with a status other than 0.</exception>
    /// <exception cref="BuildSharpException">Any other failure that the user can act on.</exception>
    public async Task<BuildResult> BuildAsync(PlannedBuild build, IProgress<BuildEvent>? progress, CancellationToken cancellationToken)
    {
        await using var networks = new NetworkPool();
        (var request, var plan) = (build.Request with { Run = build.Request.Run with { Networks = networks } }, build.Plan);
        var memory = request is { Layers: true, Identity: { } identity }
            ? new BuildMemory(Path.Combine(store.Options.GraphRoot, "cache", "buildsharp-builds"), $"{identity} {request.Platform}", request.Debug)
            : null;
        using var session = new BuildSession(new BuildStore(store, time), images, time, fetcher, request, plan, jobs, progress)
        {
            Cache = request.UsesCache ? new StepCache(store, request, Timestamp.From(time.GetUtcNow())) : null,
            Remote = request is { Layers: true, OmitHistory: false } ? Remote : null,
            Memory = memory,
            Digests = request.Layers
                ? new ContextDigests(Path.Combine(store.Options.GraphRoot, "cache", "buildsharp-files"), time.GetUtcNow(), request.Debug)
                : null,
        };
        // With one job, output is that of buildah, which does not tell.
        if (!jobs.IsSerial && plan.Skipped is { Count: > 0 } skipped)
        {
            session.Report(new StagesSkipped([.. skipped.Select(stage => (new StagePlace(stage.Index + 1, plan.Graph.Stages.Count), stage.Name))]));
        }

        StageOutcome last;
        try
        {
            last = await session.BuildAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (BuildSharpException error) when (request.FailureShell is not null && session.Remains.Failed is not null)
        {
            session.Report(new ShellOpened(error.Details + error.Message));
            await session.Remains.Failed.RunAsync(request.FailureShell, discardsVolumes: false, cancellationToken).ConfigureAwait(false);
            throw;
        }
        finally
        {
            memory?.Save();
            session.Digests?.Save();
        }

        if (session.NotConsumed() is { Count: > 0 } names)
        {
            session.Report(new ArgumentsNotConsumed(names));
        }

        var id = last.ImageId!;
        // The commit set the first name only; a base image that is the result unchanged has none of the names yet.
        Name(id, request.Names, progress);
        session.Remains.Succeed(id);
        return new BuildResult(id, last.ManifestDigest);
    }

    /// <summary>Adds names to an image, and reports all that it has.</summary>
    /// <param name="id">ID of the image.</param>
    /// <param name="names">Full references.</param>
    /// <param name="progress">As in <see cref="BuildAsync"/>.</param>
    internal void Name(string id, IReadOnlyList<string> names, IProgress<BuildEvent>? progress)
    {
        if (names.Count > 0)
        {
            store.Images.AddNames(id, names);
        }

        foreach (var name in store.Images.Find(id)!.Names)
        {
            progress?.Report(new Tagged(name));
        }
    }
}
