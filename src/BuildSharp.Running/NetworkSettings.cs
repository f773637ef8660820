using BuildSharp.Linux;

namespace BuildSharp.Running;

/// <summary>How networks of commands are set up: settings of containers.conf(5).</summary>
public sealed record NetworkSettings
{
    /// <summary>Directories of helper programs, before the caller's PATH (<c>helper_binaries_dir</c>).</summary>
    public IReadOnlyList<string> HelperDirectories { get; init; } =
        ["/usr/local/libexec/podman", "/usr/local/lib/podman", "/usr/libexec/podman", "/usr/lib/podman"];

    /// <summary>Directory with the definitions of root's networks, one JSON file each (<c>network_config_dir</c>).</summary>
    public string DefinitionDirectory { get; init; } = "/etc/containers/networks";

    /// <summary>Name of the default network (<c>default_network</c>). Unless a file defines it, it is a bridge.</summary>
    public string DefaultNetwork { get; init; } = "podman";

    /// <summary>Addresses of the default network when no file defines it (<c>default_subnet</c>).</summary>
    public string DefaultSubnet { get; init; } = "10.88.0.0/16";

    /// <summary>Firewall that netavark uses (<c>firewall_driver</c>); null for its own choice.</summary>
    public string? FirewallDriver { get; init; }

    /// <summary>The program that connects commands of ordinary users (<c>default_rootless_network_cmd</c>), <c>pasta</c> or
    /// <c>slirp4netns</c>; null for the first of these that is installed.</summary>
    public string? RootlessHelper { get; init; }

    /// <summary>Further arguments of pasta (<c>pasta_options</c>).</summary>
    public IReadOnlyList<string> PastaOptions { get; init; } = [];

    /// <summary>Absolute path of a helper program; null when it is not installed.</summary>
    internal string? Find(string program, string searchPath) =>
        HelperDirectories.Where(directory => directory.StartsWith('/')).Select(directory => Path.Combine(directory, program)).FirstOrDefault(ProgramSearch.IsProgram)
        ?? ProgramSearch.Find(program, searchPath);
}
