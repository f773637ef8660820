using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running.Files;
using BuildSharp.Running.Networks;
using BuildSharp.Running.Preparing;
using BuildSharp.Running.Runtimes;

namespace BuildSharp.Running;

/// <summary>A network of an ordinary user for a program outside of containers (<c>unshare --rootless-netns</c>). Disposing it disconnects
/// the program.</summary>
public sealed class RootlessNetwork : IAsyncDisposable
{
    private readonly Bundle _bundle;
    private readonly CommandNetwork _network;
    private readonly string _resolver;

    private RootlessNetwork(Bundle bundle, CommandNetwork network, string resolver) => (_bundle, _network, _resolver) = (bundle, network, resolver);

    /// <summary>Sets the network up.</summary>
    /// <param name="settings">Settings of networks, and the caller's PATH.</param>
    /// <param name="runDirectory">As in <see cref="RunTarget.RunDirectory"/>.</param>
    /// <exception cref="BuildSharpException">A program is missing or fails.</exception>
    public static async Task<RootlessNetwork> ConnectAsync(RunRequest settings, string runDirectory)
    {
        Directory.CreateDirectory(runDirectory);
        var host = HostFactsReader.Read();
        var request = settings with { Network = NetworkChoice.Private };
        var network = await NetworkSetup.ConnectAsync(request, runDirectory, HostNetwork.Of(host)).ConfigureAwait(false);
        var bundle = Bundle.Create(runDirectory, "unshare");
        var text = ResolverFile.Compose(request with { Network = request.Network.SetUpAt(network.Path) }, host.ResolverFile, network.Facts);
        return new RootlessNetwork(bundle, network, bundle.Write("resolv.conf", text ?? host.ResolverFile));
    }

    /// <summary>Moves the calling thread to the network. The thread has a mount namespace of its own, where /etc/resolv.conf is
    /// replaced.</summary>
    public void Enter()
    {
        ThreadNamespaces.Join(_network.Path, NamespaceKinds.Network);
        Mount.Bind(_resolver, "/etc/resolv.conf");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _network.DisposeAsync().ConfigureAwait(false);
        _bundle.Dispose();
    }
}
