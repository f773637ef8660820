using BuildSharp.Oci;

namespace BuildSharp.Running;

/// <summary>A command's namespace of one kind (<c>--pid --ipc --uts --cgroupns</c>).</summary>
public sealed record NamespaceChoice
{
    private NamespaceChoice()
    {
    }

    /// <summary>A new namespace.</summary>
    public static NamespaceChoice Private { get; } = new();

    /// <summary>Our own namespace.</summary>
    public static NamespaceChoice Host { get; } = new() { IsHost = true };

    /// <summary>Whether the command shares our namespace.</summary>
    public bool IsHost { get; private init; }

    /// <summary>Path of a namespace to join; null for a new one and for our own.</summary>
    public string? Path { get; private init; }

    /// <summary>Parses <c>host</c>; an empty text, <c>private</c> or <c>container</c> for a new namespace; an absolute path, optionally
    /// after <c>ns:</c>, to join one.</summary>
    /// <exception cref="FormatException">The text has none of these forms.</exception>
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
