using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Running.Spec;

/// <summary>Properties of a command that follow from the request and the image.</summary>
/// <param name="Hostname">Hostname in a new UTS namespace; empty when the host's is shared.</param>
/// <param name="Env">The whole environment.</param>
/// <param name="WorkingDirectory">Working directory, normalised.</param>
/// <param name="User">The user.</param>
internal sealed record CommandContext(string Hostname, IReadOnlyList<string> Env, string WorkingDirectory, SpecUser User)
{
    /// <summary>Resolves the properties, without accessing files.</summary>
    /// <param name="request">The request, which has precedence over the image.</param>
    /// <param name="image">Config of the image.</param>
    /// <param name="containerId">Its first 12 digits are the default hostname.</param>
    /// <param name="containerName">Default hostname instead, if the request says so.</param>
    /// <param name="accounts">The container's account files.</param>
    /// <param name="ownGroups">Supplementary groups of our own process.</param>
    /// <exception cref="BuildSharpException">The user is unknown.</exception>
    public static CommandContext Resolve(
        RunRequest request, ContainerConfig image, string containerId, string containerName, AccountFiles accounts, IReadOnlyList<uint> ownGroups)
    {
        var hostname = ChooseHostname(request, image, containerId, containerName);
        var directory = string.IsNullOrEmpty(request.WorkingDir) ? image.WorkingDir : request.WorkingDir;
        return new CommandContext(
            hostname,
            ProcessEnvironment.Assemble(request.ProxyEnv, image.Env, request.Env, hostname),
            ContainerPaths.Normalise(directory),
            UserResolution.Resolve(request.User ?? image.User, accounts, request.GroupAdd, ownGroups));
    }

    // Removes characters that a hostname cannot have (RFC 1123).
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
