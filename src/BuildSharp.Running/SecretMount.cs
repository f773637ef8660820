namespace BuildSharp.Running;

/// <summary>A file with a secret, in memory (Dockerfile reference, "RUN --mount=type=secret").</summary>
public sealed record SecretMount : RunMount
{
    /// <summary>Name of the secret, for messages.</summary>
    public required string Id { get; init; }

    /// <summary>The secret.</summary>
    public required Secret Secret { get; init; }

    /// <summary>Whether the command finds a file at <see cref="RunMount.Destination"/>.</summary>
    public bool IsFile { get; init; } = true;

    /// <summary>Variable that has the secret as its value; null for none.</summary>
    public string? Env { get; init; }

    /// <summary>Permission bits of the file.</summary>
    public int Mode { get; init; }

    /// <summary>Owner of the file.</summary>
    public (uint Uid, uint Gid) Owner { get; init; }
}
