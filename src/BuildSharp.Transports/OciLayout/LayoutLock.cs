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
    /// <exception cref="BuildSharpException">Somebody else holds it for too long, or the file cannot be opened.</exception>
    public static async Task<IDisposable> TakeAsync(string marker, CancellationToken cancellationToken)
    {
        var waiting = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FileStream(marker, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e is not FileNotFoundException and not DirectoryNotFoundException)
            {
                if (waiting.Elapsed > Patience)
                    throw new BuildSharpException($"{marker} is locked by another process for more than {Patience.TotalSeconds} s", e);
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }
}
