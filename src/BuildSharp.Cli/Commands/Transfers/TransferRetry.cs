using System.Globalization;
using BuildSharp.Cli.Commands.Building;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Registry.Protocol;
using BuildSharp.Transports.Docker;

namespace BuildSharp.Cli.Commands.Transfers;

/// <summary>Repeats a whole copy that a registry interrupted (<c>--retry</c>, <c>--retry-delay</c>). What was complete is not copied
/// again.</summary>
internal static class TransferRetry
{
    private const double Spread = 0.1;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(10);

    /// <summary>Runs the copy.</summary>
    /// <exception cref="BuildSharpException">The copy failed for another reason than a passing one, or too often.</exception>
    public static async Task<T> RunAsync<T>(Func<Task<T>> copy, Invocation call, CancellationToken cancellation)
    {
        var options = FetchSettings.Options(call);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await copy().ConfigureAwait(false);
            }
            catch (BuildSharpException error) when (attempt < options.Retries && MayPass(error))
            {
                var delay = options.RetryDelay ?? FirstDelay * Math.Pow(2, Math.Min(attempt, 20));
                delay = delay < LongestDelay ? delay : LongestDelay;
                var shown = GoDuration.Format(TimeSpan.FromSeconds(Math.Ceiling(delay.TotalSeconds)));
                call.Log.Warning(string.Create(
                    CultureInfo.InvariantCulture, $"Failed, retrying in {shown} ... ({attempt + 1}/{options.Retries}). Error: {error.Message}"));
                await Task.Delay(delay * (1 + (Spread * Random.Shared.NextDouble())), options.Time, cancellation).ConfigureAwait(false);
            }
        }
    }

    private static bool MayPass(Exception? error) => error switch
    {
        RegistryException failure => failure.IsTransient,
        RegistriesException failures => failures.IsTransient,
        BuildSharpException other => MayPass(other.InnerException),
        _ => false,
    };
}
