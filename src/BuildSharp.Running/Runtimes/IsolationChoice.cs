using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running.Spec;

namespace BuildSharp.Running.Runtimes;

/// <summary>Decides whether a command runs with an OCI runtime or without one.</summary>
internal static class IsolationChoice
{
    private static bool _hasWarned;

    /// <summary>The runtime; null for isolation <c>chroot</c>, which is chosen with a warning where no runtime can work.</summary>
    /// <exception cref="BuildSharpException">A runtime was asked for and is not found, or no isolation can work.</exception>
    public static string? Runtime(RunRequest request, HostFacts host)
    {
        if (!host.Capabilities.Has(CapabilitySet.SysAdmin))
        {
            throw new BuildSharpException(
                "cannot run a command: it needs mounts, and here neither CAP_SYS_ADMIN nor a user namespace can be had; "
                + "allow user namespaces (a container: --security-opt seccomp=unconfined), or give the container --cap-add SYS_ADMIN");
        }

        if (request.Isolation is Isolation.Chroot)
        {
            return null;
        }

        var isFree = request.Isolation is Isolation.Default;
        var program = isFree && request.Runtime is null
            ? RuntimeSearch.FindUsual(request.SearchPath, request.RuntimePlaces, host.HasUnifiedCgroups)
            : RuntimeSearch.Find(request.Runtime, request.SearchPath, request.RuntimePlaces, host.HasUnifiedCgroups);
        if (!isFree || WhyNot(program, host) is not { } reason)
        {
            return request.HasGroupLimits && host.IsRootless && !ControlGroups.IsOwnWritable
                ? throw new BuildSharpException(
                    "limits for memory, processors and processes cannot be used: this user may not make control groups here; run as root, or use --ulimit")
                : program;
        }

        if (!Interlocked.Exchange(ref _hasWarned, true))
        {
            request.Warn?.Invoke($"{reason}: commands run with --isolation chroot");
        }

        return null;
    }

    internal static string? WhyNot(string? program, HostFacts host) =>
        program is null ? "no OCI runtime is installed"
        : host is { IsRootless: false, HasWritableCgroups: false } ? "an OCI runtime needs to make control groups, which cannot be done here"
        : null;
}
