using System.Diagnostics;
using BuildSharp.Oci;

namespace BuildSharp.Transports.OciLayout;

/// <summary>A lock on the marker file of a layout, which serialises changes to the index. The marker exists as long as the layout does and
/// is never replaced.</summary>
internal static class LayoutLock
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits for the lock. Disposing the result releases it.</summary>
    /// <param name="marker">Marker file of the layout.</param>
    /// <param name="debug">Receives a message when the lock is taken; null to report nothing.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="BuildSharpException">Another process holds the lock for too long, or the file cannot be opened.</exception>
    public static async Task<IDisposable> TakeAsync(string marker, IProgress<string>? debug, CancellationToken cancellationToken)
    {
        var waiting = Stopwatch.StartNew();
        var isTold = false;
        while (true)
        {
            try
            {
                return new FileStream(marker, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e is not FileNotFoundException and not DirectoryNotFoundException)
            {
                if (waiting.Elapsed > Patience)
                {
                    throw new BuildSharpException($"{marker} is locked by another process for more than {Patience.TotalSeconds} s", e);
                }
            }

            if (!isTold)
            {
                debug?.Report($"waiting for {marker}, which another process or thread has locked");
                isTold = true;
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }
}
