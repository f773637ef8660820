using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Running.Networks;

/// <summary>A network namespace that is connected for commands. Disposing it disconnects it; the kernel removes the namespace with the
/// descriptor, also when this process is killed, so no device is left.</summary>
/// <param name="space">The namespace.</param>
/// <param name="facts">Addresses and name servers.</param>
/// <param name="connection">The connection, which is taken down first.</param>
internal sealed class CommandNetwork(SafeFileHandle space, NetworkFacts facts, IAsyncDisposable connection) : IAsyncDisposable
{
    /// <summary>Path of the namespace for other processes.</summary>
    public string Path { get; } = PathOf(space);

    public NetworkFacts Facts => facts;

    /// <summary>Path of a namespace that this process has open, for other processes.</summary>
    public static string PathOf(SafeFileHandle space) =>
        string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{space.DangerousGetHandle()}");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync().ConfigureAwait(false);
        space.Dispose();
    }
}
