using BuildSharp.Oci;

namespace BuildSharp.Running;

/// <summary>The network of a command (<c>--network</c>).</summary>
public sealed record NetworkChoice
{
    private NetworkChoice()
    {
    }

    /// <summary>A network of the command's own where this machine has the programs for it, and the host's network elsewhere.</summary>
    public static NetworkChoice Default { get; } = new() { Text = "default" };

    /// <summary>The host's network, without isolation.</summary>
    public static NetworkChoice Host { get; } = new() { Text = "host" };

    /// <summary>A new network namespace with a loopback device only.</summary>
    public static NetworkChoice None { get; } = new() { Text = "none" };

    /// <summary>A network of the command's own: root's default network of bridges, or an ordinary user's through a helper program.</summary>
    public static NetworkChoice Private { get; } = new() { Text = "private" };

    /// <summary>The choice as typed.</summary>
    public required string Text { get; init; }

    /// <summary>Path of a namespace to join; null for none.</summary>
    public string? Path { get; private init; }

    /// <summary>Whether the machine decides.</summary>
    public bool IsDefault => Text == "default";

    /// <summary>Whether the command uses the host's network.</summary>
    public bool IsHost => Text == "host";

    /// <summary>Whether the command has no network.</summary>
    public bool IsNone => Text == "none";

    /// <summary>Whether the namespace at <see cref="Path"/> was made for the command, so that its settings may be changed.</summary>
    internal bool IsOwn { get; private init; }

    /// <summary>Whether a network has to be set up before the command.</summary>
    internal bool NeedsSetup => Path is null && Text is not ("default" or "host" or "none");

    /// <summary>Names of networks in the order of the command's devices; empty for the default network.</summary>
    internal IReadOnlyList<string> Names => NeedsSetup && Text != "private" && Helper is null ? Text.Split(',') : [];

    /// <summary>The program that connects the command, <c>pasta</c> or <c>slirp4netns</c>; null when the user has not named one.</summary>
    internal string? Helper => NeedsSetup && Text.Split(':')[0] is ("pasta" or "slirp4netns") and var name ? name : null;

    /// <summary>Further arguments of <see cref="Helper"/>.</summary>
    internal IReadOnlyList<string> HelperOptions =>
        Helper is { } name && Text.Length > name.Length + 1 ? Text[(name.Length + 1)..].Split(',') : [];

    /// <summary>Parses <c>host</c>, <c>none</c>, <c>default</c>, <c>private</c> (also an empty text, <c>container</c> and <c>bridge</c>),
    /// <c>pasta[:OPTION,…]</c>, <c>slirp4netns[:OPTION,…]</c>, a path, optionally after <c>ns:</c>, or names of networks separated by
    /// commas.</summary>
    /// <exception cref="FormatException">A name is empty or has characters that no network's name has.</exception>
    public static NetworkChoice Parse(string text) => text switch
    {
        "" or "private" or "container" or "bridge" => Private,
        "default" => Default,
        "host" => Host,
        "none" => None,
        _ when NamespaceChoice.Joined(text) is { } path => new NetworkChoice { Text = text, Path = path },
        _ when text.Split(':')[0] is "pasta" or "slirp4netns" || text.Split(',').All(IsName) => new NetworkChoice { Text = text },
        _ => throw new FormatException($"--network {text}: it is host, none, private, the name of a network, pasta, slirp4netns or ns:PATH"),
    };

    /// <summary>The choice once its network is set up.</summary>
    /// <param name="path">Path of the namespace.</param>
    internal NetworkChoice SetUpAt(string path) => this with { Path = path, IsOwn = true };

    internal void Check()
    {
        if (Path is not null && !File.Exists(Path))
        {
            throw new BuildSharpException($"checking network namespace: {Path}: no such file or directory");
        }
    }

    // As podman requires of names; ids have the same characters.
    private static bool IsName(string text) =>
        text.Length > 0 && char.IsAsciiLetterOrDigit(text[0]) && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.' or '-');
}
