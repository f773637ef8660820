namespace BuildSharp.Running.Networks;

/// <summary>How a command is connected. Disposing it gives the network back to the pool.</summary>
/// <param name="use">The network that was set up; null for none.</param>
/// <param name="choice">What was chosen.</param>
internal sealed class CommandConnection(NetworkPool.Use? use, NetworkChoice choice) : IDisposable
{
    /// <summary>The network, with the namespace where one was set up.</summary>
    public NetworkChoice Choice { get; } = use is null ? choice : choice.SetUpAt(use.Network.Path);

    /// <summary>Addresses and name servers of the network that was set up; else null.</summary>
    public NetworkFacts? Facts => use?.Network.Facts;

    /// <inheritdoc/>
    public void Dispose() => use?.Dispose();
}
