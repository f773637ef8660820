namespace BuildSharp.Build;

/// <summary><c>--jobs</c>: how many stages may be worked on at the same time, over all platforms of a command.</summary>
/// <param name="most">The number; 0 for no limit.</param>
public sealed class JobLimit(int most) : IDisposable
{
    private readonly SemaphoreSlim? _free = most == 0 ? null : new SemaphoreSlim(most);

    /// <summary>Whether stages are built one after another, in file order.</summary>
    public bool IsSerial => most == 1;

    /// <inheritdoc/>
    public void Dispose() => _free?.Dispose();

    /// <summary>The place of one stage among the jobs; not taken yet. Used by one task.</summary>
    internal Slot NewSlot() => new(_free);

    /// <summary>A stage's place among the jobs. While the stage waits for another one, it gives its place away: so a limit can never make
    /// two stages wait for each other.</summary>
    internal sealed class Slot(SemaphoreSlim? free) : IDisposable
    {
        private bool _isTaken;

        /// <summary>Waits for a free place.</summary>
        public async ValueTask TakeAsync(CancellationToken cancellationToken)
        {
            if (free is not null)
            {
                await free.WaitAsync(cancellationToken).ConfigureAwait(false);
                _isTaken = true;
            }
        }

        /// <summary>Waits for the result of another stage.</summary>
        public async ValueTask<T> WaitAsync<T>(Task<T> other, CancellationToken cancellationToken)
        {
            if (other.IsCompleted || !_isTaken)
            {
                return await other.ConfigureAwait(false);
            }

            Dispose();
            var result = await other.ConfigureAwait(false);
            await TakeAsync(cancellationToken).ConfigureAwait(false);
            return result;
        }

        /// <summary>Frees the place, if it is taken.</summary>
        public void Dispose()
        {
            if (_isTaken)
            {
                _isTaken = false;
                free!.Release();
            }
        }
    }
}
