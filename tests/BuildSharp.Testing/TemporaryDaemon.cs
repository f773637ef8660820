using System.Diagnostics;
using System.Text;

namespace BuildSharp.Testing;

/// <summary>A real <c>dockerd</c> with directories and a socket of its own, without network.</summary>
public sealed class TemporaryDaemon : IDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(30);

    private readonly TemporaryDirectory _directory = new();
    private readonly StringBuilder _log = new();
    private readonly Process _process;

    private TemporaryDaemon()
    {
        // The path of a socket is short, and that of the directory is not.
        var info = new ProcessStartInfo("dockerd", [
            "--iptables=false", "--ip6tables=false", "--bridge=none", "--storage-driver", "vfs", "--data-root", _directory["data"], "--exec-root", _directory["exec"],
            "--pidfile", _directory["pid"], "--host", Address])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(info)!;
    }

    /// <summary>Value for <c>DOCKER_HOST</c>.</summary>
    public string Address => $"unix://{_directory["sock"]}";

    /// <summary>Starts one and waits until it listens.</summary>
    /// <exception cref="TimeoutException">It did not within the deadline; the message holds its log.</exception>
    public static TemporaryDaemon Start()
    {
        var daemon = new TemporaryDaemon();
        try
        {
            daemon.WaitUntilItListens();
            return daemon;
        }
        catch
        {
            daemon.Dispose();
            throw;
        }
    }

    /// <summary>Ends it as its service manager does, so that its containerd ends, too.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]).WaitForExit();
            if (!_process.WaitForExit(StartDeadline))
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.WaitForExit();
        _process.Dispose();
        foreach (var mount in MountPoints.Below(_directory.Path).OrderDescending(StringComparer.Ordinal))
        {
            Tool.Named("umount").Run(["-l", mount]);
        }

        _directory.Dispose();
    }

    private void WaitUntilItListens()
    {
        using var listens = new ManualResetEventSlim();
        void Read(object sender, DataReceivedEventArgs line)
        {
            lock (_log)
            {
                _log.AppendLine(line.Data);
            }

            if (line.Data is null || line.Data.Contains("API listen on", StringComparison.Ordinal))
            {
                listens.Set();
            }
        }

        _process.ErrorDataReceived += Read;
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        if (!listens.Wait(StartDeadline) || !File.Exists(_directory["sock"]))
        {
            lock (_log)
            {
                throw new TimeoutException($"dockerd does not listen after {StartDeadline}:\n{_log}");
            }
        }
    }
}
