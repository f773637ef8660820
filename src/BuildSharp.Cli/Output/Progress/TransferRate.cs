namespace BuildSharp.Cli.Output.Progress;

/// <summary>Bytes per second over the last two to four seconds.</summary>
internal sealed class TransferRate
{
    private static readonly TimeSpan Half = TimeSpan.FromSeconds(2);

    private Sample? _start;
    private Sample? _middle;

    /// <summary>Adds a sample and returns the rate; null until it is known.</summary>
    /// <param name="at">Time since any fixed moment; not earlier than that of the sample before.</param>
    /// <param name="bytes">Number of bytes so far.</param>
    public double? Add(TimeSpan at, long bytes)
    {
        if (_middle is null || at - _middle.At >= Half)
        {
            var sample = new Sample(at, bytes);
            _start = _middle ?? sample;
            _middle = sample;
        }

        return at > _start!.At ? (bytes - _start.Bytes) / (at - _start.At).TotalSeconds : null;
    }

    private sealed record Sample(TimeSpan At, long Bytes);
}
