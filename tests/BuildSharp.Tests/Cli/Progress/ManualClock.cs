namespace BuildSharp.Tests.Cli.Progress;

/// <summary>A clock that goes on when a test says so.</summary>
internal sealed class ManualClock : TimeProvider
{
    /// <summary>Time since the clock's beginning, which is that of Unix.</summary>
    public TimeSpan Now { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now.Ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + Now;
}
