namespace BuildSharp.Running.Networks;

/// <summary>What the command's /etc/hosts and /etc/resolv.conf say about its network.</summary>
internal sealed record NetworkFacts
{
    /// <summary>The command's own address; null when it has none.</summary>
    public string? Address { get; init; }

    /// <summary>Address at which the command reaches the host; null when there is none.</summary>
    public string? HostAddress { get; init; }

    /// <summary>Name servers of the network.</summary>
    public IReadOnlyList<string> NameServers { get; init; } = [];

    /// <summary>Whether the host's name servers follow those of the network.</summary>
    public bool KeepsHostServers { get; init; }

    /// <summary>Whether the command has an IPv6 address other than those of its link.</summary>
    public bool HasIPv6 { get; init; }
}
