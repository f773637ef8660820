namespace BuildSharp.Testing;

/// <summary>What a machine must offer for a test to make sense.</summary>
[Flags]
public enum Needs
{
    None = 0,

    /// <summary>User id 0.</summary>
    Root = 1,

    /// <summary>An overlay that can be mounted on a temporary directory.</summary>
    Overlay = 2,

    /// <summary>The published native binary.</summary>
    Binary = 4,

    /// <summary>Device nodes that can be made.</summary>
    Devices = 8,

    /// <summary>User namespaces that a user without rights may make.</summary>
    UserNamespaces = 16,

    /// <summary>A Docker daemon that can be started.</summary>
    DockerDaemon = 32,

    /// <summary>An ext4 in a file that can be mounted.</summary>
    LoopFileSystem = 64,
}

/// <summary>Finds out, once a run, what the machine offers.</summary>
internal static class Requirements
{
    private static readonly Lazy<bool> OverlayWorks = new(TryOverlay);
    private static readonly Lazy<bool> DevicesWork = new(TryDevice);
    private static readonly Lazy<bool> LoopWorks = new(TryLoop);
    private static readonly Lazy<bool> DaemonStarts = new(TryDaemon);
    private static readonly Lazy<bool> UserNamespacesWork = new(TryUserNamespace);

    /// <summary>Why a test with these needs cannot run here; null when it can.</summary>
    public static string? MissingReason(Needs needs, IEnumerable<string> tools, string? cases)
    {
        // An overlay and a device node need root as well.
        if (needs != Needs.None && needs != Needs.Binary && !Environment.IsPrivilegedProcess)
        {
            return "needs root";
        }

        if (needs.HasFlag(Needs.Binary) && !File.Exists(Checkout.Binary))
        {
            return "needs artifacts/buildsharp: run src/publish.sh";
        }

        if (needs.HasFlag(Needs.Overlay) && !OverlayWorks.Value)
        {
            return "needs an overlay mount, which this machine refuses";
        }

        if (needs.HasFlag(Needs.Devices) && !DevicesWork.Value)
        {
            return "needs mknod, which this machine refuses";
        }

        if (needs.HasFlag(Needs.UserNamespaces) && !UserNamespacesWork.Value)
        {
            return "needs user namespaces for users without rights, which this machine refuses";
        }

        if (needs.HasFlag(Needs.LoopFileSystem) && !LoopWorks.Value)
        {
            return "needs mkfs.ext4 and a loop device, which this machine lacks";
        }

        if (needs.HasFlag(Needs.DockerDaemon) && !DaemonStarts.Value)
        {
            return "needs dockerd (Debian's docker.io), which is missing or does not start on this machine";
        }

        foreach (var tool in tools)
        {
            if (!Tool.Named(tool).Exists)
            {
                return $"needs {tool}";
            }
        }
        return cases is not null && SharedCases.Locate(cases) is null ? $"needs the shared cases ({cases}): set BUILDSHARP_CASES" : null;
    }

    private static bool TryOverlay()
    {
        using var directory = new TemporaryDirectory();
        foreach (var name in new[] { "lower", "upper", "work", "merged" })
        {
            directory.MakeDirectory(name);
        }

        var layers = $"lowerdir={directory["lower"]},upperdir={directory["upper"]},workdir={directory["work"]}";
        return Tool.Named("mount").Run(["-t", "overlay", "overlay", "-o", layers, directory["merged"]]).ExitCode == 0;
    }

    private static bool TryUserNamespace() => Tool.Named("setpriv")
        .Run(["--reuid", "54321", "--regid", "54321", "--clear-groups", "unshare", "--user", "--mount", "true"]).ExitCode == 0;

    private static bool TryDaemon()
    {
        if (!Tool.Named("dockerd").Exists)
        {
            return false;
        }

        try
        {
            using var daemon = TemporaryDaemon.Start();
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static bool TryLoop()
    {
        if (!Tool.Named("mkfs.ext4").Exists)
        {
            return false;
        }

        try
        {
            using var loop = new LoopFileSystem();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static bool TryDevice()
    {
        using var directory = new TemporaryDirectory();
        return Tool.Named("mknod").Run([directory["null"], "c", "1", "3"]).ExitCode == 0;
    }
}
