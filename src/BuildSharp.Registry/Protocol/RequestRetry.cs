using System.Net;
using BuildSharp.Registry.Connections;
using Polly;
using Polly.Retry;

namespace BuildSharp.Registry.Protocol;

/// <summary>Repeats requests that failed for a passing reason: a broken connection, an overloaded server, too many requests.</summary>
/// <remarks>A server that cannot be connected to is not tried again here: the whole copy is repeated after a longer delay.</remarks>
internal static class RequestRetry
{
    private const int MostAfterTooMany = 4;
    private const int MostAfterFailure = 2;
    private const double Spread = 0.1;

    private static readonly TimeSpan AfterTooMany = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    /// <summary>Creates the pipeline that executes requests.</summary>
    public static ResiliencePipeline<HttpResponseMessage> Create(RegistryClientOptions options) => options.Retries
        ? new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = options.Time }
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = MostAfterTooMany,
                ShouldHandle = args => ValueTask.FromResult(MayRepeat(args.Outcome, args.AttemptNumber)),
                DelayGenerator = args => ValueTask.FromResult<TimeSpan?>(Delay(args.Outcome, args.AttemptNumber, options)),
                OnRetry = args =>
                {
                    var what = args.Outcome.Result is { } response ? $"status {(int)response.StatusCode}" : args.Outcome.Exception!.Message;
                    options.Debug?.Report($"repeating a request in {args.RetryDelay.TotalSeconds:0.#} s: {what}");
                    args.Outcome.Result?.Dispose();
                    return ValueTask.CompletedTask;
                },
            })
            .Build()
        : ResiliencePipeline<HttpResponseMessage>.Empty;

    /// <summary>Whether a request that got this status may succeed later.</summary>
    public static bool MayPass(HttpStatusCode status) => (int)status is 408 or 429 or 500 or 502 or 503 or 504;

    private static bool MayRepeat(Outcome<HttpResponseMessage> outcome, int repeats) => outcome switch
    {
        { Result.StatusCode: HttpStatusCode.TooManyRequests } => repeats < MostAfterTooMany,
        { Result.StatusCode: var status } => MayPass(status) && repeats < MostAfterFailure,
        { Exception: { } error } => IsPassing(error) && repeats < MostAfterFailure,
        _ => false,
    };

    private static bool IsPassing(Exception error) => error switch
    {
        // From the authorization service.
        RegistryException { Status: { } status } => MayPass(status),
        RegistryException { InnerException: { } inner } => IsPassing(inner),
        _ => ConnectionFailure.IsTransient(error) && !ConnectionFailure.IsUnreachable(error),
    };

    private static TimeSpan Delay(Outcome<HttpResponseMessage> outcome, int repeats, RegistryClientOptions options)
    {
        if (outcome.Result?.Headers.RetryAfter is { } wish)
        {
            var asked = wish.Delta ?? (wish.Date - options.Time.GetUtcNow()) ?? TimeSpan.Zero;
            return asked < TimeSpan.Zero ? TimeSpan.Zero : asked < LongestWait ? asked : LongestWait;
        }

        var delay = outcome.Result?.StatusCode == HttpStatusCode.TooManyRequests
            ? (options.RetryDelay ?? AfterTooMany) * Math.Pow(2, repeats)
            : (options.RetryDelay ?? AfterFailure) * Math.Pow(3, repeats);
        delay *= 1 + (Spread * ((Random.Shared.NextDouble() * 2) - 1));
        return delay < LongestWait ? delay : LongestWait;
    }
}
