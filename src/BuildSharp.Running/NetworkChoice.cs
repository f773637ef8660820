using BuildSharp.Oci;

namespace BuildSharp.Running;

/// <summary>The network of a command (<c>--network</c>).</summary>
/// <remarks>The default is the host's network for now. A private network is refused until it is supported, because using the host's network
/// instead would give access that the user wanted to prevent.</remarks>
public sealed record NetworkChoice
{
    private NetworkChoice()
    {
    }

    /// <summary>The host's network, without isolation.</summary>
    public static NetworkChoice Host { get; } = new() { Text = "host" };

    /// <summary>A new network namespace with a loopback device only.</summary>
    public static NetworkChoice None { get; } = new() { Text = "none" };

    /// <summary>The choice as typed.</summary>
    public required string Text { get; init; }

    /// <summary>Path of a namespace to join; null for none.</summary>
    public string? Path { get; private init; }

    /// <summary>Whether the command uses the host's network.</summary>
    public bool IsHost => Text == "host";

    /// <summary>Whether the command has no network.</summary>
    public bool IsNone => Text == "none";

    /// <summary>Parses <c>host</c>, <c>none</c>, <c>ns:PATH</c> or a path; an empty text means <see cref="Host"/>.</summary>
    /// <exception cref="FormatException">The text is a private or named network, which are not supported yet.</exception>
    public static NetworkChoice Parse(string text) => text switch
    {
        "" or "host" => Host,
        "none" => None,
        _ when NamespaceChoice.Joined(text) is { } path => new NetworkChoice { Text = text, Path = path },
        "private" or "container" or "bridge" => throw new FormatException(
            $"--network {text}: private networks are not supported yet: use host, none or ns:PATH"),
        _ when text.Split(':')[0] is "pasta" or "slirp4netns" => throw new FormatException(
            $"--network {text}: rootless networks are not supported yet: use host, none or ns:PATH"),
        _ => throw new FormatException($"--network {text}: named networks are not supported yet: use host, none or ns:PATH"),
    };

    internal void Check()
    {
        if (Path is not null && !File.Exists(Path))
        {
            throw new BuildSharpException($"checking network namespace: {Path}: no such file or directory");
        }
    }
}
