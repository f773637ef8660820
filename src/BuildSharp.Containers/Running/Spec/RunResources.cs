using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Running;

/// <summary>Limits that the cgroup of a run enforces; null leaves a value alone.</summary>
public sealed record RunResources
{
    /// <summary>Memory in bytes (<c>--memory</c>).</summary>
    public long? Memory { get; init; }

    /// <summary>Memory and swap together in bytes, −1 for unlimited swap (<c>--memory-swap</c>).</summary>
    public long? MemorySwap { get; init; }

    /// <summary>Relative weight against other groups (<c>--cpu-shares</c>).</summary>
    public long? CpuShares { get; init; }

    /// <summary>Microseconds of processor time in each period (<c>--cpu-quota</c>).</summary>
    public long? CpuQuota { get; init; }

    /// <summary>Length of a period in microseconds (<c>--cpu-period</c>).</summary>
    public long? CpuPeriod { get; init; }

    /// <summary>Processors to run on, as in <c>0-2,4</c> (<c>--cpuset-cpus</c>).</summary>
    public string? CpusetCpus { get; init; }

    /// <summary>Memory nodes to allocate from, as in <c>0-1</c> (<c>--cpuset-mems</c>).</summary>
    public string? CpusetMems { get; init; }

    /// <summary>Number of processes (<c>--pids-limit</c>, an extension to buildah's flags).</summary>
    public long? Pids { get; init; }

    internal bool HasCpuLimit =>
        CpuShares is not null || CpuQuota is not null || CpuPeriod is not null || CpusetCpus is not null || CpusetMems is not null;

    /// <summary>Reads a size in bytes (<see cref="ByteSize"/>).</summary>
    /// <exception cref="FormatException">The text is none.</exception>
    public static long ParseSize(string text) => ByteSize.TryParse(text, out var bytes)
        ? bytes
        : throw new FormatException($"invalid size: \"{text}\": expected a number with an optional suffix b, k, m or g");

    /// <summary>Reads <c>--memory-swap</c>: a size, or −1 for no limit.</summary>
    /// <exception cref="FormatException">Neither of them.</exception>
    public static long ParseSwap(string text) => text == "-1" ? -1 : ParseSize(text);

    /// <summary>Checks the limits against each other.</summary>
    /// <exception cref="BuildSharpException">Swap is limited below memory.</exception>
    public void Check()
    {
        if (Memory is { } memory && MemorySwap is { } swap and >= 0 && swap < memory)
        {
            throw new BuildSharpException($"--memory-swap {swap} is less than --memory {memory}: it counts memory and swap together");
        }
    }
}
