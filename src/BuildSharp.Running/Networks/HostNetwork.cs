using BuildSharp.Running.Spec;

namespace BuildSharp.Running.Networks;

/// <summary>What this machine allows for networks of commands.</summary>
/// <param name="IsRootless">Whether we run in a user namespace.</param>
/// <param name="MayChange">Whether we may make devices and rules in the host's network.</param>
/// <param name="Address">An address of the host other than loopback; null when it has none.</param>
internal sealed record HostNetwork(bool IsRootless, bool MayChange, string? Address)
{
    private const string TunnelDevice = "/dev/net/tun";

    public static HostNetwork Of(HostFacts host) => new(host.IsRootless, host.Capabilities.Has(CapabilitySet.NetAdmin), host.LocalAddress);

    /// <summary>Whether pasta and slirp4netns can work.</summary>
    public static bool HasTunnelDevice()
    {
        try
        {
            using var device = File.OpenHandle(TunnelDevice, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
