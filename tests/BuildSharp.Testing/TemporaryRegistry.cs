using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BuildSharp.Testing;

/// <summary>A real <c>docker-registry</c> on loopback, with a port and a storage directory of its own.</summary>
public sealed class TemporaryRegistry : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(20);
    private readonly TemporaryDirectory _directory = new();
    private readonly StringBuilder _log = new();
    private readonly Process _process;

    private TemporaryRegistry(int port)
    {
        Port = port;
        string configuration = _directory.Write("config.yml",
            $"version: 0.1\nlog: {{level: info}}\nstorage:\n  filesystem: {{rootdirectory: {_directory["data"]}}}\n  delete: {{enabled: true}}\n" +
            $"http: {{addr: '127.0.0.1:{port}'}}\n");
        var info = new ProcessStartInfo("docker-registry", ["serve", configuration]) { RedirectStandardError = true, RedirectStandardOutput = true };
        _process = Process.Start(info)!;
    }

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>What stands before the repository in a reference: <c>127.0.0.1:port</c>.</summary>
    public string Host => $"127.0.0.1:{Port}";

    /// <summary>Starts one and waits until it says that it listens.</summary>
    /// <exception cref="TimeoutException">It did not within the deadline; the message holds its log.</exception>
    public static async Task<TemporaryRegistry> StartAsync()
    {
        var registry = new TemporaryRegistry(FreePort());
        try
        {
            await registry.WaitForLogAsync("listening on");
            return registry;
        }
        catch
        {
            await registry.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _directory.Dispose();
    }

    private async Task WaitForLogAsync(string expected)
    {
        var seen = new TaskCompletionSource();
        void Read(object _, DataReceivedEventArgs line)
        {
            lock (_log) _log.AppendLine(line.Data);
            if (line.Data is null) seen.TrySetException(new TimeoutException($"docker-registry ended:\n{Log}"));
            else if (line.Data.Contains(expected, StringComparison.Ordinal)) seen.TrySetResult();
        }
        _process.ErrorDataReceived += Read;
        // Nothing is expected here, but a full pipe would stop the registry.
        _process.OutputDataReceived += (_, line) => { lock (_log) _log.AppendLine(line.Data); };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        if (await Task.WhenAny(seen.Task, Task.Delay(StartDeadline)) != seen.Task)
            throw new TimeoutException($"docker-registry did not say '{expected}' within {StartDeadline}:\n{Log}");
        await seen.Task;
    }

    private string Log
    {
        get { lock (_log) return _log.ToString(); }
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
