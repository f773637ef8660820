using BuildSharp.Oci;

namespace BuildSharp.Containers.Running;

/// <summary>What request and image together say about a command before any mount or limit is looked at.</summary>
/// <param name="Hostname">Name in a UTS namespace of its own; empty where the host's is shared.</param>
/// <param name="Env">The whole environment.</param>
/// <param name="WorkingDirectory">Where the command starts, normalised.</param>
/// <param name="User">Who it runs as.</param>
internal sealed record CommandContext(string Hostname, IReadOnlyList<string> Env, string WorkingDirectory, SpecUser User)
{
    /// <summary>Resolves them; pure.</summary>
    /// <param name="request">Wins over the image.</param>
    /// <param name="image">The image's part.</param>
    /// <param name="containerId">Its first twelve digits are the default hostname.</param>
    /// <param name="containerName">Goes before them where the request says so.</param>
    /// <param name="passwd">Content of the container's /etc/passwd.</param>
    /// <param name="group">Content of the container's /etc/group.</param>
    /// <param name="ownGroups">Supplementary groups of our own process.</param>
    /// <exception cref="BuildSharpException">The user is unknown.</exception>
    public static CommandContext Resolve(
        RunRequest request, ContainerConfig image, string containerId, string containerName, string passwd, string group, IReadOnlyList<uint> ownGroups)
    {
        var hostname = ChooseHostname(request, image, containerId, containerName);
        var directory = string.IsNullOrEmpty(request.WorkingDir) ? image.WorkingDir : request.WorkingDir;
        return new CommandContext(
            hostname,
            ProcessEnvironment.Assemble(request.ProxyEnv, image.Env, request.Env, hostname),
            ContainerPaths.Normalise(directory),
            UserResolution.Resolve(request.User ?? image.User, passwd, group, request.GroupAdd, ownGroups));
    }

    // What a host's name may not have is left out (RFC 1123).
    private static string HostnameOf(string containerName) =>
        string.Concat(containerName.Where(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.'));

    private static string ChooseHostname(RunRequest request, ContainerConfig image, string containerId, string containerName)
    {
        if (request.Uts is { IsHost: true } or { Path: not null })
        {
            return "";
        }

        return request.Hostname is { Length: > 0 } asked ? asked
            : image.Hostname.Length > 0 ? image.Hostname
            : request.ContainerNameAsHostname && HostnameOf(containerName) is { Length: > 0 } name ? name
            : containerId[..Math.Min(12, containerId.Length)];
    }
}
