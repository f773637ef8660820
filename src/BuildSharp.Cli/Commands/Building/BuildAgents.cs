using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running;

namespace BuildSharp.Cli.Commands.Building;

/// <summary><c>build --ssh</c>: agents and keys that <c>RUN --mount=type=ssh</c> may use (buildah-build(1)).</summary>
internal static class BuildAgents
{
    private const string OwnAgent = "SSH_AUTH_SOCK";

    /// <summary>The agents by name; of several with one name the last.</summary>
    /// <param name="agents">Values of the flag: <c>ID</c> for the caller's own agent, <c>ID=SOCKET</c> or <c>ID=KEY[,KEY]</c>.</param>
    /// <param name="environment">The caller's environment.</param>
    /// <param name="workingDirectory">Directory that relative paths start from.</param>
    /// <exception cref="BuildSharpException">A path does not exist, or the caller has no agent.</exception>
    public static IReadOnlyDictionary<string, SshAgentSource> Read(
        IEnumerable<string> agents, IReadOnlyDictionary<string, string> environment, string workingDirectory)
    {
        var read = new Dictionary<string, SshAgentSource>(StringComparer.Ordinal);
        foreach (var text in agents)
        {
            var equals = text.IndexOf('=');
            string[] paths = equals < 0 ? [] : [.. text[(equals + 1)..].Split(',').Select(path => Path.GetFullPath(path, workingDirectory))];
            read[equals < 0 ? text : text[..equals]] = paths.Length > 0 ? Of(text, paths)
                : environment.GetValueOrDefault(OwnAgent) is { Length: > 0 } own ? new SshAgentSource { Socket = Path.GetFullPath(own, workingDirectory) }
                : throw new BuildSharpException($"--ssh {text}: ${OwnAgent} not set: start an agent, or name a key: --ssh {text}=FILE");
        }

        return read;
    }

    private static SshAgentSource Of(string text, string[] paths)
    {
        foreach (var path in paths)
        {
            if (!FileStatus.TryOf(path, out var status, followLinks: true))
            {
                throw new BuildSharpException($"--ssh {text}: {path}: no such file or directory");
            }

            if (status.Type == FileType.Socket)
            {
                return paths.Length == 1
                    ? new SshAgentSource { Socket = path }
                    : throw new BuildSharpException($"--ssh {text}: only one socket is allowed, and no keys beside it");
            }
        }

        return new SshAgentSource { KeyFiles = paths };
    }
}
