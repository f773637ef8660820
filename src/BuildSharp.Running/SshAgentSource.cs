namespace BuildSharp.Running;

/// <summary>The keys that an SSH mount offers (<c>--ssh</c>): those of an agent, or private keys in files.</summary>
public sealed record SshAgentSource
{
    /// <summary>Absolute path of an agent's socket; null when <see cref="KeyFiles"/> are given.</summary>
    public string? Socket { get; init; }

    /// <summary>Absolute paths of private keys without a passphrase, in a form that ssh-add(1) reads.</summary>
    public IReadOnlyList<string> KeyFiles { get; init; } = [];
}
