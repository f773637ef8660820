using BuildSharp.Oci;

namespace BuildSharp.Containers.Running;

/// <summary>What a command gets of one kind of namespace (<c>--pid --ipc --uts --cgroupns</c>).</summary>
public sealed record NamespaceChoice
{
    private NamespaceChoice()
    {
    }

    /// <summary>A namespace of its own.</summary>
    public static NamespaceChoice Private { get; } = new();

    /// <summary>The one buildsharp runs in.</summary>
    public static NamespaceChoice Host { get; } = new() { IsHost = true };

    /// <summary>Whether the command shares the namespace with us.</summary>
    public bool IsHost { get; private init; }

    /// <summary>The namespace file to join; null for a new namespace and for the host's.</summary>
    public string? Path { get; private init; }

    /// <summary>Reads <c>host</c>; nothing, <c>private</c> or <c>container</c> for a new one; an absolute path, optionally after <c>ns:</c>, to join.</summary>
    /// <exception cref="FormatException">Anything else.</exception>
    public static NamespaceChoice Parse(string text) => text switch
    {
        "" or "private" or "container" => Private,
        "host" => Host,
        _ when Joined(text) is { } path => new NamespaceChoice { Path = path },
        _ => throw new FormatException($"invalid namespace \"{text}\": expected host, private, container or ns:PATH"),
    };

    internal static string? Joined(string text)
    {
        var path = text.StartsWith("ns:", StringComparison.Ordinal) ? text[3..] : text;
        return path.StartsWith('/') ? path : null;
    }

    internal void Check(string kind)
    {
        if (Path is not null && !File.Exists(Path))
        {
            throw new BuildSharpException($"checking {kind} namespace: {Path}: no such file or directory");
        }
    }
}
