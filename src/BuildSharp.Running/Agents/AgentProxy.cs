using System.Buffers.Binary;
using System.Net.Sockets;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Running.Agents;

/// <summary>Listens on a socket and passes requests on to an SSH agent, but only those that list keys or sign (draft-ietf-sshm-ssh-agent).
/// A command must not add, remove or lock the keys of the user's agent.</summary>
internal sealed class AgentProxy : IAsyncDisposable
{
    private const int LengthSize = sizeof(uint);
    // The limit of OpenSSH's agent.
    private const int MostBytes = 256 * 1024;

    private const byte RequestIdentities = 11;
    private const byte SignRequest = 13;

    // SSH_AGENT_FAILURE with its length.
    private static readonly byte[] Refusal = [0, 0, 0, 1, 5];

    private readonly CancellationTokenSource _end = new();
    private readonly DirectoryHandle _directory;
    private readonly Socket _listener;
    private readonly string _agent;
    private readonly Task _accepting;

    private AgentProxy(DirectoryHandle directory, Socket listener, string agent)
    {
        (_directory, _listener, _agent) = (directory, listener, agent);
        _accepting = AcceptAsync();
    }

    /// <summary>Creates the socket and starts to listen.</summary>
    /// <param name="directory">Directory for the socket.</param>
    /// <param name="name">Name of the socket there.</param>
    /// <param name="mount">Mode and owner of the socket.</param>
    /// <param name="agent">Path of the agent's socket.</param>
    /// <exception cref="BuildSharpException">The agent cannot be reached.</exception>
    public static AgentProxy Start(string directory, string name, AgentMount mount, string agent)
    {
        try
        {
            Connect(agent).Dispose();
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            throw new BuildSharpException($"ssh {mount.Id}: connecting to the agent at {agent}: {error.Message}", error);
        }

        var handle = DirectoryHandle.Open(directory);
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // The path of a socket may have 107 bytes, so the directory is named by its descriptor.
            listener.Bind(new UnixDomainSocketEndPoint($"/proc/self/fd/{handle.Descriptor}/{name}"));
            listener.Listen();
            handle.SetOwner(name, mount.Owner.Uid, mount.Owner.Gid);
            handle.SetMode(name, mount.Mode);
            return new AgentProxy(handle, listener, agent);
        }
        catch
        {
            listener.Dispose();
            handle.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false);
        // Removes the socket's file, so it comes before the directory.
        _listener.Dispose();
        _directory.Dispose();
        _end.Dispose();
    }

    /// <summary>Whether an agent listens on a socket.</summary>
    public static bool Answers(string agent)
    {
        try
        {
            Connect(agent).Dispose();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static Socket Connect(string agent)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(agent));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task AcceptAsync()
    {
        var served = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync(_end.Token).ConfigureAwait(false);
                served.RemoveAll(task => task.IsCompleted);
                served.Add(ServeAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(served).ConfigureAwait(false);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        try
        {
            using var socket = Connect(_agent);
            await using var asking = new NetworkStream(client, ownsSocket: true);
            await using var answering = new NetworkStream(socket);
            while (await ReadAsync(asking).ConfigureAwait(false) is { } request)
            {
                var reply = Refusal;
                if (request[LengthSize] is RequestIdentities or SignRequest)
                {
                    await answering.WriteAsync(request, _end.Token).ConfigureAwait(false);
                    reply = await ReadAsync(answering).ConfigureAwait(false) ?? Refusal;
                }

                await asking.WriteAsync(reply, _end.Token).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException)
        {
            // The command sees its connection closed, as when an agent ends.
            client.Dispose();
        }
    }

    /// <summary>A message with its length; null at the end, or for a message that no agent sends.</summary>
    private async Task<byte[]?> ReadAsync(NetworkStream stream)
    {
        var head = new byte[LengthSize];
        if (await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, _end.Token).ConfigureAwait(false) < head.Length
            || BinaryPrimitives.ReadUInt32BigEndian(head) is var length && length is 0 or > MostBytes)
        {
            return null;
        }

        var message = new byte[LengthSize + (int)length];
        head.CopyTo(message, 0);
        await stream.ReadExactlyAsync(message.AsMemory(LengthSize), _end.Token).ConfigureAwait(false);
        return message;
    }
}
