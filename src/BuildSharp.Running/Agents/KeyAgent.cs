using BuildSharp.Linux;
using BuildSharp.Oci;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Running.Agents;

/// <summary>An SSH agent with the keys of some files: the program ssh-agent(1), because it reads every kind of key that users have. It ends
/// on disposal. That of a killed process has a file of the bundle open, so the next command finds and ends it.</summary>
internal sealed class KeyAgent : IAsyncDisposable
{
    // Without a terminal, ssh-add asks this program for a passphrase, and so fails at once.
    private static readonly string[] NoQuestions = ["SSH_ASKPASS_REQUIRE=force", "SSH_ASKPASS=/bin/false"];

    private readonly SafeFileHandle _log;
    private readonly ChildProcess _process;
    private readonly DirectoryHandle _directory;

    private KeyAgent(DirectoryHandle directory, string socket, SafeFileHandle log, ChildProcess process) =>
        (_directory, Socket, _log, _process) = (directory, socket, log, process);

    /// <summary>Path of the agent's socket.</summary>
    public string Socket { get; }

    /// <summary>Starts an agent and gives it the keys.</summary>
    /// <param name="directory">Directory for its socket and log.</param>
    /// <param name="name">Name of the socket.</param>
    /// <param name="mount">The keys.</param>
    /// <param name="searchPath">The caller's PATH.</param>
    /// <exception cref="BuildSharpException">A key cannot be read, or a program is missing.</exception>
    public static async Task<KeyAgent> StartAsync(string directory, string name, AgentMount mount, string searchPath)
    {
        var logPath = Path.Combine(directory, name + ".log");
        var log = File.OpenHandle(logPath, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, FileOptions.None);
        var handle = DirectoryHandle.Open(directory);
        KeyAgent? agent = null;
        try
        {
            // The path of a socket may have 107 bytes, so the programs reach the directory through our descriptor of it.
            var socket = $"/proc/{Environment.ProcessId}/fd/{handle.Descriptor}/{name}";
            var process = ChildProcess.Start(
                Program("ssh-agent", mount.Id, searchPath), ["-D", "-a", socket], ["PATH=" + searchPath],
                ChildStream.Null, ChildStream.To(log), ChildStream.To(log));
            agent = new KeyAgent(handle, socket, log, process);
            while (!AgentProxy.Answers(socket))
            {
                if (await Task.WhenAny(process.Ended, Task.Delay(5)).ConfigureAwait(false) == process.Ended)
                {
                    throw new BuildSharpException($"ssh {mount.Id}: ssh-agent did not start: {Said(logPath)}");
                }
            }

            foreach (var key in mount.Source.KeyFiles)
            {
                await agent.AddAsync(key, mount.Id, searchPath).ConfigureAwait(false);
            }

            return agent;
        }
        catch
        {
            await (agent?.DisposeAsync() ?? ValueTask.CompletedTask).ConfigureAwait(false);
            log.Dispose();
            handle.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Signal(Signals.Kill);
        await _process.Ended.ConfigureAwait(false);
        _log.Dispose();
        _directory.Dispose();
    }

    private async Task AddAsync(string key, string id, string searchPath)
    {
        // Through standard input, because ssh-add refuses a file that others may read.
        using var file = FileDescriptor.TryOpenRegular(key)
            ?? throw new BuildSharpException($"ssh {id}: reading the key {key}: no such file");
        var errors = Socket + ".errors";
        using var said = File.OpenHandle(errors, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        var adding = ChildProcess.Start(
            Program("ssh-add", id, searchPath), ["-q", "-"], ["PATH=" + searchPath, "SSH_AUTH_SOCK=" + Socket, .. NoQuestions],
            ChildStream.To(file), ChildStream.To(said), ChildStream.To(said));
        if (await adding.Ended.ConfigureAwait(false) != 0)
        {
            throw new BuildSharpException(
                $"ssh {id}: ssh-add does not take the key {key}{(Said(errors) is { Length: > 0 } why ? $": {why}" : "")}; "
                + $"a key with a passphrase has to be in an agent: --ssh {id}=SOCKET");
        }
    }

    private static string Said(string logPath) => File.ReadAllText(logPath).Trim().ReplaceLineEndings(": ");

    private static string Program(string name, string id, string searchPath) => ProgramSearch.Find(name, searchPath)
        ?? throw new BuildSharpException($"ssh {id}: {name}, which holds the keys, is not installed: install OpenSSH's client, or name the socket of an agent");
}
