using System.Globalization;

namespace BuildSharp.Running.Spec;

/// <summary>Determines the resource limits of a run.</summary>
internal static class ProcessLimits
{
    // containers-common's default for nofile and nproc.
    private const ulong Customary = 1_048_576;

    /// <summary>The requested limits, and always nofile and nproc; none above what the kernel lets us set.</summary>
    /// <remarks>Without CAP_SYS_RESOURCE, the runtime fails with EPERM on a limit above our own hard limit. Such a limit is lowered, with a
    /// message
    /// to <paramref name="debug"/>, so that the same build works with fewer privileges.</remarks>
    public static IReadOnlyList<SpecRlimit> Choose(IEnumerable<ResourceLimit> asked, HostFacts host, IProgress<string>? debug)
    {
        var chosen = new Dictionary<string, ResourceLimit>(StringComparer.Ordinal);
        foreach (var limit in asked)
        {
            chosen[limit.Name] = limit;
        }

        foreach (var name in (string[])["nofile", "nproc"])
        {
            var own = host.HardLimit(name);
            var value = host.IsRootless || own > Customary ? own : Customary;
            chosen.TryAdd(name, new ResourceLimit(name, value, value));
        }

        return [.. chosen.Values.OrderBy(limit => limit.Name, StringComparer.Ordinal).Select(limit => Clamp(limit, host, debug))];
    }

    private static SpecRlimit Clamp(ResourceLimit limit, HostFacts host, IProgress<string>? debug)
    {
        var type = "RLIMIT_" + limit.Name.ToUpperInvariant();
        var own = host.HardLimit(limit.Name);
        if (limit.Hard <= own || host.Capabilities.Has(CapabilitySet.SysResource))
        {
            return new SpecRlimit(type, limit.Soft, limit.Hard);
        }

        debug?.Report(string.Create(
            CultureInfo.InvariantCulture, $"ulimit {limit.Name}={limit.Soft}:{limit.Hard} lowered to our own hard limit {own}: no CAP_SYS_RESOURCE"));
        return new SpecRlimit(type, Math.Min(limit.Soft, own), own);
    }
}
