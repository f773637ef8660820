using System.Text.Json;
using BuildSharp.Oci.Json;

namespace BuildSharp.Oci;

/// <summary>How an engine checks whether a container works; only in Docker configs.</summary>
public sealed record Healthcheck
{
    /// <summary><c>NONE</c>, <c>CMD</c> with arguments, or <c>CMD-SHELL</c> with one line for the shell; empty inherits.</summary>
    public IReadOnlyList<string> Test { get; init; } = [];

    /// <summary>Time between checks; null or zero inherits.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>Time limit of one check; null or zero inherits.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Time after start in which failures do not count; null or zero inherits.</summary>
    public TimeSpan? StartPeriod { get; init; }

    /// <summary>Time between checks in the start period; null or zero inherits.</summary>
    public TimeSpan? StartInterval { get; init; }

    /// <summary>Number of consecutive failures that make a container unhealthy; 0 inherits.</summary>
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

    // In JSON a duration is a number of nanoseconds. TimeSpan drops less than 100 ns, which does not matter here.
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
