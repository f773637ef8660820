namespace BuildSharp.Running;

/// <summary>The socket of an SSH agent that lists keys and signs, and refuses everything else (Dockerfile reference,
/// "RUN --mount=type=ssh").</summary>
public sealed record AgentMount : RunMount
{
    /// <summary>Name of the agent, for messages.</summary>
    public required string Id { get; init; }

    /// <summary>The keys that it offers.</summary>
    public required SshAgentSource Source { get; init; }

    /// <summary>Permission bits of the socket.</summary>
    public int Mode { get; init; }

    /// <summary>Owner of the socket.</summary>
    public (uint Uid, uint Gid) Owner { get; init; }
}
