using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Instructions;

/// <summary>HEALTHCHECK: how to check whether a container works.</summary>
public sealed record HealthcheckInstruction : Instruction
{
    internal HealthcheckInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary>The command; null for <c>HEALTHCHECK NONE</c>, which disables an inherited check.</summary>
    public Command? Command { get; init; }

    /// <summary>Time between checks. For this and the other times, null or zero means the runtime's default.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>Time limit of one check.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Time after start in which failures do not count.</summary>
    public TimeSpan? StartPeriod { get; init; }

    /// <summary>Time between checks during <see cref="StartPeriod"/>.</summary>
    public TimeSpan? StartInterval { get; init; }

    /// <summary>Number of consecutive failures that make a container unhealthy; null or zero means the runtime's default.</summary>
    public int? Retries { get; init; }
}
