using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;

namespace BuildSharp.Testing;

/// <summary>A real <c>docker-registry</c> on loopback, with a port and a storage directory of its own.</summary>
public sealed partial class TemporaryRegistry : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(20);
    private readonly TemporaryDirectory _directory = new();
    private readonly StringBuilder _log = new();
    private readonly Process _process;
    private bool _isDisposed;

    private TemporaryRegistry(bool isClosed, bool isEncrypted)
    {
        var encryption = isEncrypted ? $", tls: {{certificate: {AuthorityFile}, key: {WriteCertificate()}}}" : "";
        // The hash is of Password.
        var users = _directory.Write("users", $"{User}:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n");
        var configuration = _directory.Write("config.yml",
            $"version: 0.1\nlog: {{level: info}}\nstorage:\n  filesystem: {{rootdirectory: {_directory["data"]}}}\n  delete: {{enabled: true}}\n" +
            $"http: {{addr: '127.0.0.1:0'{encryption}}}\n" + (isClosed ? $"auth: {{htpasswd: {{realm: test, path: {users}}}}}\n" : ""));
        var info = new ProcessStartInfo("docker-registry", ["serve", configuration]) { RedirectStandardError = true, RedirectStandardOutput = true };
        _process = Process.Start(info)!;
    }

    /// <summary>The user of a closed registry.</summary>
    public const string User = "user";

    /// <summary>The user's password.</summary>
    public const string Password = "secret";

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; private set; }

    /// <summary>What stands before the repository in a reference: <c>127.0.0.1:port</c>.</summary>
    public string Host => $"127.0.0.1:{Port}";

    /// <summary>The certificate of an encrypted registry, which is its own authority (PEM); alone in its directory.</summary>
    public string AuthorityFile => _directory["authority/ca.crt"];

    /// <summary>Starts one and waits until it says where it listens: a port chosen for it could be taken before it is bound.</summary>
    /// <param name="isClosed">Whether only <see cref="User"/> may read and write.</param>
    /// <param name="isEncrypted">Whether it speaks TLS, with the certificate in <see cref="AuthorityFile"/>.</param>
    /// <exception cref="TimeoutException">It did not within the deadline; the message holds its log.</exception>
    public static async Task<TemporaryRegistry> StartAsync(bool isClosed = false, bool isEncrypted = false)
    {
        var registry = new TemporaryRegistry(isClosed, isEncrypted);
        try
        {
            registry.Port = await registry.WaitForPortAsync();
            return registry;
        }
        catch
        {
            await registry.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it; a second time does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        _directory.Dispose();
    }

    // Returns the path of the key.
    private string WriteCertificate()
    {
        using var certificate = LoopbackCertificate.Make();
        using var key = certificate.GetECDsaPrivateKey()!;
        _directory.Write("authority/ca.crt", certificate.ExportCertificatePem());
        return _directory.Write("key.pem", key.ExportPkcs8PrivateKeyPem());
    }

    private async Task<int> WaitForPortAsync()
    {
        var seen = new TaskCompletionSource<int>();
        void Read(object _, DataReceivedEventArgs line)
        {
            lock (_log)
            {
                _log.AppendLine(line.Data);
            }

            if (line.Data is null)
            {
                seen.TrySetException(new TimeoutException($"docker-registry ended:\n{Log}"));
            }
            else if (Listening().Match(line.Data) is { Success: true } said)
            {
                seen.TrySetResult(int.Parse(said.Groups["port"].Value, CultureInfo.InvariantCulture));
            }
        }
        _process.ErrorDataReceived += Read;
        // Nothing is expected here, but a full pipe would stop the registry.
        _process.OutputDataReceived += (_, line) => { lock (_log) { _log.AppendLine(line.Data); } };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        if (await Task.WhenAny(seen.Task, Task.Delay(StartDeadline)) != seen.Task)
        {
            throw new TimeoutException($"docker-registry did not say where it listens within {StartDeadline}:\n{Log}");
        }

        return await seen.Task;
    }

    private string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    [GeneratedRegex(@"listening on 127\.0\.0\.1:(?<port>\d+)")]
    private static partial Regex Listening();
}
