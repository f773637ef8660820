using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Running.Spec;

/// <summary>Limits of the cgroup of a run; null keeps the default.</summary>
public sealed record RunResources
{
    /// <summary>Memory in bytes (<c>--memory</c>).</summary>
    public long? Memory { get; init; }

    /// <summary>Memory and swap together in bytes, −1 for unlimited swap (<c>--memory-swap</c>).</summary>
    public long? MemorySwap { get; init; }

    /// <summary>CPU weight relative to other cgroups (<c>--cpu-shares</c>).</summary>
    public long? CpuShares { get; init; }

    /// <summary>CPU time per period in microseconds (<c>--cpu-quota</c>).</summary>
    public long? CpuQuota { get; init; }

    /// <summary>Period in microseconds (<c>--cpu-period</c>).</summary>
    public long? CpuPeriod { get; init; }

    /// <summary>Allowed CPUs, as in <c>0-2,4</c> (<c>--cpuset-cpus</c>).</summary>
    public string? CpusetCpus { get; init; }

    /// <summary>Allowed memory nodes, as in <c>0-1</c> (<c>--cpuset-mems</c>).</summary>
    public string? CpusetMems { get; init; }

    /// <summary>Maximum number of processes, −1 for no limit (<c>--pids-limit</c>, not a flag of buildah).</summary>
    public long? Pids { get; init; }

    internal bool HasCpuLimit =>
        CpuShares is not null || CpuQuota is not null || CpuPeriod is not null || CpusetCpus is not null || CpusetMems is not null;

    /// <summary>Parses a size in bytes (<see cref="ByteSize"/>).</summary>
    /// <exception cref="FormatException">The text is not a size.</exception>
    public static long ParseSize(string text) => ByteSize.TryParse(text, out var bytes)
        ? bytes
        : throw new FormatException($"invalid size: \"{text}\": expected a number with an optional suffix b, k, m or g");

    /// <summary>Parses <c>--memory-swap</c>: a size, or −1 for no limit.</summary>
    /// <exception cref="FormatException">The text is neither.</exception>
    public static long ParseSwap(string text) => text == "-1" ? -1 : ParseSize(text);

    /// <summary>Checks that the limits fit together.</summary>
    /// <exception cref="BuildSharpException">The swap limit is below the memory limit, or the number of processes is not one.</exception>
    public void Check()
    {
        if (Memory is { } memory && MemorySwap is { } swap and >= 0 && swap < memory)
        {
            throw new BuildSharpException($"--memory-swap {swap} is less than --memory {memory}: it counts memory and swap together");
        }

        if (Pids is 0 or < -1)
        {
            throw new BuildSharpException($"--pids-limit {Pids}: a command has at least one process; -1 means no limit");
        }
    }
}
