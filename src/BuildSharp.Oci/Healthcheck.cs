using System.Text.Json;

namespace BuildSharp.Oci;

/// <summary>How an engine finds out whether a container works; Docker configs only.</summary>
public sealed record Healthcheck
{
    /// <summary><c>NONE</c>, or <c>CMD</c> with arguments, or <c>CMD-SHELL</c> with one line for the shell; empty inherits.</summary>
    public IReadOnlyList<string> Test { get; init; } = [];

    /// <summary>Time between probes; null or zero inherits.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>How long a probe may take; null or zero inherits.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Time to start up, during which failures do not count; null or zero inherits.</summary>
    public TimeSpan? StartPeriod { get; init; }

    /// <summary>Time between probes while starting up; null or zero inherits.</summary>
    public TimeSpan? StartInterval { get; init; }

    /// <summary>Failures in a row that make a container unhealthy; 0 inherits.</summary>
    public int Retries { get; init; }

    internal static Healthcheck Read(JsonFields fields) => new()
    {
        Test = fields.Strings("Test"),
        Interval = Duration(fields, "Interval"),
        Timeout = Duration(fields, "Timeout"),
        StartPeriod = Duration(fields, "StartPeriod"),
        StartInterval = Duration(fields, "StartInterval"),
        Retries = (int)Math.Clamp(fields.Integer("Retries") ?? 0, int.MinValue, int.MaxValue),
    };

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteOptional("Test", Test);
        WriteDuration(writer, "Interval", Interval);
        WriteDuration(writer, "Timeout", Timeout);
        WriteDuration(writer, "StartPeriod", StartPeriod);
        WriteDuration(writer, "StartInterval", StartInterval);
        if (Retries != 0)
        {
            writer.WriteNumber("Retries", Retries);
        }

        writer.WriteEndObject();
    }

    // In JSON a duration is a count of nanoseconds; below 100 ns it does not matter to a health check.
    private static TimeSpan? Duration(JsonFields fields, string name) =>
        fields.Integer(name) is { } nanoseconds and not 0 ? TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick) : null;

    private static void WriteDuration(Utf8JsonWriter writer, string name, TimeSpan? duration)
    {
        if (duration is { Ticks: not 0 } value)
        {
            writer.WriteNumber(name, value.Ticks * TimeSpan.NanosecondsPerTick);
        }
    }
}
