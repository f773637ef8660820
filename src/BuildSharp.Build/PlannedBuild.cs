using BuildSharp.Containers.Running;
using BuildSharp.Dockerfiles;

namespace BuildSharp.Build;

/// <summary>One image to make, for one platform: decided in full and not begun. Builds of several platforms are as many of these; they share
/// nothing but what their requests name, so that their order, or whether they run side by side, is the caller's to choose.</summary>
public sealed record PlannedBuild
{
    private PlannedBuild(BuildRequest request, BuildPlan plan) => (Request, Plan) = (request, plan);

    /// <summary>What was asked for.</summary>
    public BuildRequest Request { get; }

    /// <summary>The stages that it comes to.</summary>
    public BuildPlan Plan { get; }

    /// <summary>Plans a build.</summary>
    /// <param name="dockerfile">What the request's Dockerfiles hold: read once, however many platforms there are.</param>
    /// <param name="request">What to build.</param>
    /// <exception cref="Oci.BuildSharpException">As of <see cref="BuildPlan.Create"/>.</exception>
    public static PlannedBuild Create(Dockerfile dockerfile, BuildRequest request) => new(request, BuildPlan.Create(dockerfile, request));

    /// <summary>The same build with another way of running commands, such as where they print to; the plan does not depend on that.</summary>
    public PlannedBuild With(RunRequest run) => new(Request with { Run = run }, Plan);
}
