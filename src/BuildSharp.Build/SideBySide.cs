namespace BuildSharp.Build;

/// <summary>Runs works at the same time.</summary>
public static class SideBySide
{
    /// <summary>Runs the works. The first failure cancels the others; the method returns when all have ended.</summary>
    /// <param name="works">The works.</param>
    /// <param name="cancellationToken">Cancels all of them.</param>
    /// <returns>The results, in the order of the works.</returns>
    /// <exception cref="Exception">The first failure. Later ones are mostly its consequences.</exception>
    public static async Task<IReadOnlyList<T>> RunAsync<T>(IEnumerable<Func<CancellationToken, Task<T>>> works, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task<T>> all = [.. works.Select(work => Task.Run(() => work(stop.Token), CancellationToken.None))];
        Task<T>? failed = null;
        for (List<Task<T>> running = [.. all]; running.Count > 0;)
        {
            var ended = await Task.WhenAny(running).ConfigureAwait(false);
            running.Remove(ended);
            if (failed is null && !ended.IsCompletedSuccessfully)
            {
                failed = ended;
                await stop.CancelAsync().ConfigureAwait(false);
            }
        }

        return failed is null ? await Task.WhenAll(all).ConfigureAwait(false) : [await failed.ConfigureAwait(false)];
    }
}
