using System.Collections.Concurrent;

namespace BuildSharp.Build;

/// <summary>Results that several stages need and that are made once: by the stage that asks first, while the others wait.</summary>
/// <param name="make">Makes the result for a key.</param>
/// <typeparam name="TKey">What is asked for.</typeparam>
/// <typeparam name="TResult">The result, which nobody changes.</typeparam>
internal sealed class SharedResults<TKey, TResult>(Func<TKey, CancellationToken, Task<TResult>> make)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Lazy<Task<TResult>>> _results = new();

    /// <summary>The result, or the failure, of the first call with the key.</summary>
    public Task<TResult> GetAsync(TKey key, CancellationToken cancellationToken) =>
        _results.GetOrAdd(key, wanted => new Lazy<Task<TResult>>(() => make(wanted, cancellationToken))).Value;
}
