using System.Diagnostics;
using BuildSharp.Oci;

namespace BuildSharp.Transports;

/// <summary>Keeps two writers from editing one layout's index at the same time, by a lock on the layout's marker file, which exists as
/// long as the layout does and is never replaced.</summary>
internal static class LayoutLock
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits for the lock; disposing the result gives it back.</summary>
    /// <param name="marker">The layout's marker file.</param>
    /// <param name="debug">Told when it has to be waited for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BuildSharpException">Somebody else holds it for too long, or the file cannot be opened.</exception>
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
