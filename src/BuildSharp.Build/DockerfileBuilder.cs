using BuildSharp.Containers;
using BuildSharp.Containers.Configuring;
using BuildSharp.Containers.Fetching;
using BuildSharp.Dockerfiles;
using BuildSharp.Oci;
using BuildSharp.Storage;

namespace BuildSharp.Build;

/// <summary>Builds an image from a Dockerfile that was read and planned: executes the stages in file order.</summary>
/// <param name="store">Where images and working containers live.</param>
/// <param name="images">Finds base images.</param>
/// <param name="time">The clock of everything that is not given a time.</param>
/// <param name="fetcher">Fetches what ADD names on the network; it also keeps what a build needs for a while.</param>
public sealed class DockerfileBuilder(Store store, IBaseImages images, TimeProvider time, Fetcher fetcher)
{
    /// <summary>Does what the ONBUILD instructions of a container's base ask for, as <c>from</c> does; the container is left without them.</summary>
    /// <param name="container">A new container.</param>
    /// <param name="request">How commands run and where COPY takes files from; its Dockerfiles and names do not matter.</param>
    /// <param name="progress">As of <see cref="BuildAsync"/>.</param>
    /// <param name="cancellationToken">As of <see cref="BuildAsync"/>.</param>
    /// <exception cref="BuildSharpException">An instruction fails; the container is half done.</exception>
    public async Task DoTriggersAsync(
        WorkingContainer container, BuildRequest request, IProgress<BuildEvent>? progress, CancellationToken cancellationToken)
    {
        var triggers = container.Image.Config.OnBuild;
        if (triggers.Count == 0)
        {
            return;
        }

        var plan = BuildPlan.Create(DockerfileParser.Parse("FROM scratch\n", "ONBUILD"), request);
        using var session = new BuildSession(store, images, time, fetcher, request, plan, progress);
        container.Image = ImageConfigEditor.ClearOnBuild(container.Image);
        await new StageExecutor(session, plan.Graph.Stages[0])
            .DoTriggersAsync(container, new BaseTriggers(triggers, container.FromImage is { Length: > 0 } name ? name : container.FromImageId[..12], from: null), cancellationToken).ConfigureAwait(false);
        container.Save();
    }

    /// <summary>Builds. Whatever happens, no working container and no image without a use is left behind.</summary>
    /// <param name="build">What to build.</param>
    /// <param name="progress">Who wants to know how far it is; called on the building thread, before a step starts.</param>
    /// <param name="cancellationToken">Stops the build at the next step, and a running command at once.</param>
    /// <exception cref="DockerfileException">The Dockerfile cannot be built; the message has the place.</exception>
    /// <exception cref="StepFailedException">A RUN ended with a status other than 0.</exception>
    /// <exception cref="BuildSharpException">Anything else the user can act on.</exception>
    public async Task<BuildResult> BuildAsync(PlannedBuild build, IProgress<BuildEvent>? progress, CancellationToken cancellationToken)
    {
        (var request, var plan) = (build.Request, build.Plan);
        using var session = new BuildSession(store, images, time, fetcher, request, plan, progress);
        foreach (var index in plan.Needed)
        {
            await session.StageAsync(index, cancellationToken).ConfigureAwait(false);
        }

        var last = await session.StageAsync(plan.Graph.Stages.Count - 1, cancellationToken).ConfigureAwait(false);
        if (session.NotConsumed() is { Count: > 0 } names)
        {
            session.Report(new ArgumentsNotConsumed(names));
        }

        var id = last.ImageId!;
        // The commit gave the first name; a base that became the result as it is has none of them yet.
        if (request.Names.Count > 0)
        {
            store.AddImageNames(id, request.Names);
        }

        session.Succeed(id);
        foreach (var name in store.FindImage(id)!.Names)
        {
            session.Report(new Tagged(name));
        }

        return new BuildResult(id, last.ManifestDigest);
    }
}
