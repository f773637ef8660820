using BuildSharp.Oci;

namespace BuildSharp.Containers.Running;

/// <summary>The network of a command (<c>--network</c>).</summary>
/// <remarks>Without a choice it is the host's for now. A private network that was asked for is refused by name until it exists:
/// handing out the host's instead would open what the user wanted closed.</remarks>
public sealed record NetworkChoice
{
    private NetworkChoice()
    {
    }

    /// <summary>The host's network, unprotected.</summary>
    public static NetworkChoice Host { get; } = new() { Text = "host" };

    /// <summary>A namespace with nothing but <c>lo</c>.</summary>
    public static NetworkChoice None { get; } = new() { Text = "none" };

    /// <summary>The user's spelling.</summary>
    public required string Text { get; init; }

    /// <summary>The namespace file to join, or null.</summary>
    public string? Path { get; private init; }

    /// <summary>Whether the command sees the host's network.</summary>
    public bool IsHost => Text == "host";

    /// <summary>Whether the command has no network.</summary>
    public bool IsNone => Text == "none";

    /// <summary>Reads <c>host</c>, <c>none</c>, <c>ns:PATH</c> or a path; nothing is <see cref="Host"/>.</summary>
    /// <exception cref="FormatException">A private or named network, which are not supported yet.</exception>
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
