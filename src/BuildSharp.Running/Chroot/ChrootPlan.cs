using System.Text.Json.Serialization;
using BuildSharp.Running.Spec;

namespace BuildSharp.Running.Chroot;

/// <summary>What the first stage of a run gets from its parent.</summary>
/// <param name="Spec">The runtime config, without the seccomp section.</param>
/// <param name="Filter">The translated seccomp section; empty for no filter.</param>
/// <param name="FilterFlags">Flags of the filter.</param>
/// <param name="NoPivot">Whether to use chroot instead of pivot_root.</param>
internal sealed record ChrootPlan(RuntimeSpec Spec, byte[] Filter, uint FilterFlags, bool NoPivot);

/// <summary>Serialises <see cref="ChrootPlan"/> without reflection.</summary>
[JsonSerializable(typeof(ChrootPlan))]
internal sealed partial class ChrootPlanContext : JsonSerializerContext;
