namespace BuildSharp.Containers.Running;

/// <summary>Writes the files that every container gets from us into the bundle, and says where they are mounted.</summary>
internal static class GeneratedFiles
{
    /// <summary>The mounts of those files that this run is to have: not of what the user or a VOLUME has put in their place, and without
    /// a network no names of other machines.</summary>
    public static IReadOnlyList<SpecMount> Write(Bundle bundle, RunTarget target, RunRequest request, HostFacts host, string hostname)
    {
        var mounts = new List<SpecMount>();
        bool Wanted(string path) => !target.Image.Config.Volumes.Any(volume => ContainerPaths.Normalise(volume) == path);

        if (!request.NoHosts && !request.Network.IsNone && Wanted("/etc/hosts"))
        {
            var text = HostsFile.Compose(request.AddHosts, host.HostsFile, host.LocalAddress, [hostname, target.ContainerName]);
            mounts.Add(MountList.Bind(bundle.Write("hosts", text), "/etc/hosts"));
        }

        if (!request.NoHostname && hostname.Length > 0 && Wanted("/etc/hostname"))
        {
            mounts.Add(MountList.Bind(bundle.Write("hostname", hostname + "\n"), "/etc/hostname"));
        }

        if (!request.Network.IsNone && Wanted("/etc/resolv.conf") && ResolverFile.Compose(request, host.ResolverFile) is { } resolver)
        {
            mounts.Add(MountList.Bind(bundle.Write("resolv.conf", resolver), "/etc/resolv.conf"));
        }

        if (Wanted("/run/.containerenv"))
        {
            mounts.Add(MountList.Bind(bundle.Write("containerenv", ContainerEnvFile.Compose(target, host.IsRootless)), "/run/.containerenv"));
        }

        return mounts;
    }
}
