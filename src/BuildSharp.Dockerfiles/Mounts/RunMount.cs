using BuildSharp.Dockerfiles.Expansion;

namespace BuildSharp.Dockerfiles;

/// <summary>What kind of thing is mounted.</summary>
public enum MountType
{
    /// <summary>Files of the context, a stage or an image.</summary>
    Bind,

    /// <summary>A directory that outlives the build.</summary>
    Cache,

    /// <summary>Memory.</summary>
    Tmpfs,

    /// <summary>A file that must not reach the image.</summary>
    Secret,

    /// <summary>The socket of an SSH agent.</summary>
    Ssh,
}

/// <summary>Who may use a cache at the same time.</summary>
public enum CacheSharing
{
    /// <summary>Everyone.</summary>
    Shared,

    /// <summary>Everyone gets one of their own when it is busy.</summary>
    Private,

    /// <summary>One after another.</summary>
    Locked,
}

/// <summary>One <c>RUN --mount</c> (dockerfile.md §6). Keys whose value has a variable are checked when the instruction is expanded.</summary>
public sealed record RunMount
{
    /// <summary>What kind of thing is mounted.</summary>
    public MountType Type { get; init; }

    /// <summary>Where it appears in the container, perhaps relative to WORKDIR; null leaves it to the kind.</summary>
    public string? Target { get; init; }

    /// <summary>Path inside <see cref="From"/>; null is its root.</summary>
    public string? Source { get; init; }

    /// <summary>Stage, named context or image the files come from; null is the context, of a cache an empty directory.</summary>
    public string? From { get; init; }

    /// <summary>Whether writing fails.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Name of a cache, a secret or an agent; null leaves it to the kind.</summary>
    public string? Id { get; init; }

    /// <summary>Who may use a cache at the same time.</summary>
    public CacheSharing Sharing { get; init; }

    /// <summary>Permission bits of a cache, a secret or a socket; null leaves them to the kind.</summary>
    public int? Mode { get; init; }

    /// <summary>Owner; null is root.</summary>
    public long? UserId { get; init; }

    /// <summary>Group; null is root.</summary>
    public long? GroupId { get; init; }

    /// <summary>Most bytes a tmpfs may hold; null is no limit.</summary>
    public long? Size { get; init; }

    /// <summary>Whether a missing secret or agent fails the step.</summary>
    public bool IsRequired { get; init; }

    /// <summary>The variable a secret is put in; then there is a file only when <see cref="Target"/> is given too.</summary>
    public string? Env { get; init; }

    /// <summary>buildah's further options (<c>z</c>, <c>nosuid</c>, <c>bind-propagation=rprivate</c> …) as written.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Whether some value still has a variable in it.</summary>
    public bool HasVariables { get; init; }

    /// <summary>The keys and values in the order written.</summary>
    public IReadOnlyList<(string Key, string? Value)> Fields { get; init; } = [];

    /// <summary>Where the flag stands.</summary>
    public SourceSpan Span { get; init; }

    /// <summary>Reads a flag's value.</summary>
    /// <exception cref="FormatException">It breaks a rule; the message says which.</exception>
    public static RunMount Parse(string text, SourceSpan span) => MountParser.Parse(text, span);

    internal RunMount Expand(InstructionExpander expander)
    {
        try
        {
            return MountParser.Read(
                [.. Fields.Select(field => field.Key == "from" ? field : (field.Key, expander.Optional(field.Value)))], Span, final: true);
        }
        catch (FormatException error)
        {
            throw new DockerfileException(Span, error.Message);
        }
    }
}
