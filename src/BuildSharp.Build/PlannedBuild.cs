using BuildSharp.Dockerfiles;
using BuildSharp.Running;

namespace BuildSharp.Build;

/// <summary>A planned build of one image for one platform. Builds for several platforms share no state except what their requests refer to,
/// so the caller may run them in any order, or side by side.</summary>
public sealed record PlannedBuild
{
    private PlannedBuild(BuildRequest request, BuildPlan plan) => (Request, Plan) = (request, plan);

    /// <summary>The request.</summary>
    public BuildRequest Request { get; }

    /// <summary>The stages to build.</summary>
    public BuildPlan Plan { get; }

    /// <summary>Plans a build.</summary>
    /// <param name="dockerfile">The parsed Dockerfiles of the request, which builds for several platforms can share.</param>
    /// <param name="request">What to build.</param>
    /// <exception cref="Oci.BuildSharpException">As in <see cref="BuildPlan.Create"/>.</exception>
    public static PlannedBuild Create(Dockerfile dockerfile, BuildRequest request) => new(request, BuildPlan.Create(dockerfile, request));

    /// <summary>A copy that executes every step and names no image, on which the plan does not depend.</summary>
    public PlannedBuild WithoutCacheAndNames() => new(Request with { NoCache = true, Names = [] }, Plan);

    /// <summary>A copy with other output for RUN, on which the plan does not depend.</summary>
    /// <param name="run">As in <see cref="BuildRequest.Run"/>.</param>
    /// <param name="outputs">As in <see cref="BuildRequest.Outputs"/>.</param>
    public PlannedBuild With(RunRequest run, ICommandOutputs? outputs) => new(Request with { Run = run, Outputs = outputs }, Plan);
}
