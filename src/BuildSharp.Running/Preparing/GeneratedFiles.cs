using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running.Files;
using BuildSharp.Running.Networks;
using BuildSharp.Running.Runtimes;
using BuildSharp.Running.Spec;

namespace BuildSharp.Running.Preparing;

/// <summary>Writes the generated files, such as /etc/hosts, into the bundle, and returns their mounts.</summary>
internal static class GeneratedFiles
{
    /// <summary>Writes the files that this run needs. A file is left out when the user or a VOLUME replaces it; /etc/hosts and
    /// /etc/resolv.conf also without a network.</summary>
    public static IReadOnlyList<SpecMount> Write(Bundle bundle, RunTarget target, RunRequest request, HostFacts host, NetworkFacts? network, DirectoryHandle root, string hostname)
    {
        var mounts = new List<SpecMount>();
        bool Wanted(string path) => !target.Image.Config.Volumes.Any(volume => ContainerPaths.Normalise(volume) == path);

        if (!request.NoHosts && !request.Network.IsNone && Wanted("/etc/hosts"))
        {
            mounts.Add(MountList.Bind(bundle.Write("hosts", Hosts(request, host, network, root, [hostname, .. network is null ? [] : (string[])[target.ContainerName]])), "/etc/hosts"));
        }

        if (!request.NoHostname && hostname.Length > 0 && Wanted("/etc/hostname"))
        {
            mounts.Add(MountList.Bind(bundle.Write("hostname", hostname + "\n"), "/etc/hostname"));
        }

        if (!request.Network.IsNone && Wanted("/etc/resolv.conf") && ResolverFile.Compose(request, host.ResolverFile, network) is { } resolver)
        {
            mounts.Add(MountList.Bind(bundle.Write("resolv.conf", resolver), "/etc/resolv.conf"));
        }

        if (Wanted("/run/.containerenv"))
        {
            mounts.Add(MountList.Bind(bundle.Write("containerenv", ContainerEnvFile.Compose(target, host.IsRootless)), "/run/.containerenv"));
        }

        return mounts;
    }

    private static string Hosts(RunRequest request, HostFacts host, NetworkFacts? network, DirectoryHandle root, IEnumerable<string> names)
    {
        var detected = network is null ? host.LocalAddress : network.HostAddress;
        var gateway = request.HostAddress switch { null => detected, "none" => null, var address => address };
        if (gateway is null && request.AddHosts.FirstOrDefault(entry => entry.Address is null) is { } entry)
        {
            var reason = request.HostAddress == "none" ? "containers.conf sets host_containers_internal_ip to none" : "in this network the host has no address that is known";
            throw new BuildSharpException($"--add-host {entry.Names[0]}:host-gateway: {reason}; give the address itself");
        }

        var content = request.BaseHostsFile switch
        {
            null => host.HostsFile,
            "none" => "",
            "image" => ContainerFiles.ReadText(root, "etc/hosts"),
            var path => Read(path),
        };
        return HostsFile.Compose(request.AddHosts, content, gateway, network is null ? host.LocalAddress : network.Address, names);
    }

    private static string Read(string baseHostsFile)
    {
        try
        {
            return File.ReadAllText(baseHostsFile);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BuildSharpException($"base_hosts_file {baseHostsFile} of containers.conf cannot be read: {error.Message}", error);
        }
    }
}
