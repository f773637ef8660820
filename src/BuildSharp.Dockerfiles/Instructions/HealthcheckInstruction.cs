namespace BuildSharp.Dockerfiles;

/// <summary>HEALTHCHECK: how to ask a container whether it works.</summary>
public sealed record HealthcheckInstruction : Instruction
{
    internal HealthcheckInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary>The command to run, or null for <c>HEALTHCHECK NONE</c>, which switches off an inherited one.</summary>
    public Command? Command { get; init; }

    /// <summary>Time between checks; null or zero leaves it to the runtime, as with the other times.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>Time a check may take.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Time after the start during which failures do not count.</summary>
    public TimeSpan? StartPeriod { get; init; }

    /// <summary>Time between checks during <see cref="StartPeriod"/>.</summary>
    public TimeSpan? StartInterval { get; init; }

    /// <summary>Failures in a row that make a container unhealthy; null or zero leaves it to the runtime.</summary>
    public int? Retries { get; init; }
}
