using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running.Files;
using BuildSharp.Running.Runtimes;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Running.Networks;

/// <summary>The connection of a namespace by a program that runs as long and needs no rights outside our user namespace: pasta or
/// slirp4netns. That of a killed process has a file of the bundle open, so the next command finds and ends it.</summary>
internal sealed class HelpedNetwork : IAsyncDisposable
{
    private readonly Bundle _bundle;
    private readonly ChildProcess _process;
    private readonly SafeFileHandle? _lifeline;

    private HelpedNetwork(Bundle bundle, ChildProcess process, SafeFileHandle? lifeline) => (_bundle, _process, _lifeline) = (bundle, process, lifeline);

    /// <summary>Makes a namespace and connects it with pasta (pasta(1)).</summary>
    /// <remarks>The namespace is its standard input, because it gives up the rights that /proc/PID/fd asks for.</remarks>
    /// <exception cref="BuildSharpException">pasta fails.</exception>
    public static Task<CommandNetwork> ConnectPastaAsync(string program, RunRequest request, string runDirectory, HostNetwork host) =>
        ConnectAsync("pasta", runDirectory, (space, log, ready) =>
        {
            List<string> arguments =
            [
                "--config-net", "--dns-forward", "169.254.1.1", "-t", "none", "-u", "none", "-T", "none", "-U", "none", "--no-map-gw", "--quiet",
                "--foreground", "--no-netns-quit", "--pid", "/dev/stdout", "--netns", "/proc/self/fd/0",

                // Root outside of user namespaces would become nobody, who may not enter the namespace.
                .. host.IsRootless ? [] : (string[])["--runas", "0:0"],
                .. request.Networking.PastaOptions, .. request.Network.HelperOptions,
            ];
            request.Debug?.Report($"running {CommandText.Of([program, .. arguments])}");
            return (Start(program, arguments, request, [ChildStream.To(space), ChildStream.To(ready), ChildStream.To(log)]), null);
        }, space => new NetworkFacts
        {
            Address = NetworkNamespace.Run(space, () => LocalAddress.Find(File.ReadAllText("/proc/thread-self/net/fib_trie"))),
            NameServers = ["169.254.1.1"],
            KeepsHostServers = true,
            HasIPv6 = true,
        });

    /// <summary>Makes a namespace and connects it with slirp4netns (slirp4netns(1)).</summary>
    /// <exception cref="BuildSharpException">slirp4netns fails.</exception>
    public static Task<CommandNetwork> ConnectSlirpAsync(string program, RunRequest request, string runDirectory, HostNetwork host) =>
        ConnectAsync("slirp4netns", runDirectory, (space, log, ready) =>
        {
            // It ends when nobody has the other end of the pipe any more.
            var (life, lifeline) = Pipe.Open();
            using (life)
            {
                List<string> arguments =
                [
                    "--disable-host-loopback", "--mtu=65520", "--enable-sandbox", "--enable-seccomp", "--enable-ipv6", .. request.Network.HelperOptions.Select(option => "--" + option),
                    "--configure", "--ready-fd=3", "--exit-fd=4", "--netns-type=path", CommandNetwork.PathOf(space), "tap0",
                ];
                request.Debug?.Report($"running {CommandText.Of([program, .. arguments])}");
                return (Start(program, arguments, request, [ChildStream.Null, ChildStream.To(log), ChildStream.To(log), ChildStream.To(ready), ChildStream.To(life)]), lifeline);
            }
        }, _ => new NetworkFacts
        {
            Address = "10.0.2.100",
            HostAddress = host.Address,
            NameServers = ["10.0.2.3"],
            KeepsHostServers = true,
            HasIPv6 = true,
        });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.Signal(Signals.Kill);
        await _process.Ended.ConfigureAwait(false);
        _lifeline?.Dispose();
        _bundle.Dispose();
    }

    private static ChildProcess Start(string program, List<string> arguments, RunRequest request, IReadOnlyList<ChildStream> streams) =>
        ChildProcess.Start(program, arguments, ["PATH=" + request.SearchPath], streams, enter: null, isApart: true);

    private static async Task<CommandNetwork> ConnectAsync(
        string name, string runDirectory, Func<SafeFileHandle, SafeFileHandle, SafeFileHandle, (ChildProcess, SafeFileHandle?)> start, Func<SafeFileHandle, NetworkFacts> look)
    {
        var bundle = Bundle.Create(runDirectory, name);
        var space = NetworkNamespace.Create();
        HelpedNetwork? connection = null;
        try
        {
            var log = Path.Combine(bundle.Path, "log");
            var (ready, written) = Pipe.Open();
            using (ready)
            {
                using (var said = File.OpenHandle(log, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite))
                using (written)
                {
                    var (process, lifeline) = start(space, said, written);
                    connection = new HelpedNetwork(bundle, process, lifeline);
                }

                // It writes when the devices are there; the pipe is closed when it fails.
                if (await Task.Run(() => FileDescriptor.Read(ready, new byte[1])).ConfigureAwait(false) == 0)
                {
                    throw new BuildSharpException($"cannot set up the network: {name}: {Said(log)}; --network host does without");
                }
            }

            return new CommandNetwork(space, look(space), connection);
        }
        catch
        {
            if (connection is null)
            {
                bundle.Dispose();
            }
            else
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }

            space.Dispose();
            throw;
        }
    }

    // pasta complains of a missing system log in the same place.
    private static string Said(string log) => string.Join(": ", File.ReadLines(log).Select(line => line.Trim())
        .Where(line => line.Length > 0 && !line.Contains("to syslog", StringComparison.Ordinal)).TakeLast(3)) is { Length: > 0 } text ? text : "it said nothing";
}
