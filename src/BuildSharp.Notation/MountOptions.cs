namespace BuildSharp.Notation;

/// <summary>A mount as a flag describes it: <c>RUN --mount</c>, <c>run --mount</c> (the Dockerfile reference, "RUN --mount"; buildah-run(1))
/// and <c>-v</c>. What the words mean to a run is for the caller.</summary>
public sealed record MountOptions
{
    /// <summary>What kind of thing is mounted.</summary>
    public MountType Type { get; init; }

    /// <summary>Where it appears in the container, perhaps relative to the working directory; null leaves it to the kind.</summary>
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

    /// <summary>Permission bits of a tmpfs, a cache, a secret or a socket; null leaves them to the kind.</summary>
    public int? Mode { get; init; }

    /// <summary>Owner; null is root.</summary>
    public long? UserId { get; init; }

    /// <summary>Group; null is root.</summary>
    public long? GroupId { get; init; }

    /// <summary>What a tmpfs may hold, in the kernel's words: bytes with a suffix or a percentage of memory; null is no limit.</summary>
    public string? Size { get; init; }

    /// <summary>Whether a missing secret or agent fails the step.</summary>
    public bool IsRequired { get; init; }

    /// <summary>The variable a secret is put in; then there is a file only when <see cref="Target"/> is given too.</summary>
    public string? Env { get; init; }

    /// <summary>Whether the source is given to the command's user beforehand (<c>U</c>).</summary>
    public bool GivesToUser { get; init; }

    /// <summary>Whether what is written is thrown away (<c>O</c> of <c>-v</c>).</summary>
    public bool DiscardsWrites { get; init; }

    /// <summary>Further options as mount(8) has them, in the order written: <c>nosuid</c>, <c>rslave</c>, <c>tmpcopyup</c> …</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Whether some value still has a variable in it, so that not all rules could be checked.</summary>
    public bool HasVariables { get; init; }

    /// <summary>The keys, in lower case but for <c>Z</c> and <c>U</c>, and values in the order written; none for <c>-v</c>.</summary>
    public IReadOnlyList<(string Key, string? Value)> Fields { get; init; } = [];

    /// <summary>Whether an option says how changes of mounts spread between namespaces (mount_namespaces(7)).</summary>
    public static bool IsPropagation(string option) => MountRules.Propagations.Contains(option);

    /// <summary>Reads <c>type=bind|cache|tmpfs|secret|ssh,key=value,…</c>, a CSV record.</summary>
    /// <param name="text">The flag's value.</param>
    /// <param name="hasVariables">Whether a dollar sign begins a variable, whose value is not known yet.</param>
    /// <exception cref="FormatException">It breaks a rule; the message says which.</exception>
    public static MountOptions Parse(string text, bool hasVariables = false)
    {
        IReadOnlyList<string> record;
        try
        {
            record = text.Length == 0 ? [""] : CsvRecord.Parse(text);
        }
        catch (FormatException error)
        {
            throw new FormatException("a quote in --mount is out of place; put the whole field in quotes, \"key=a,b\"", error);
        }

        return MountRules.Read([.. record.Select(MountRules.KeyAndValue)], hasVariables);
    }

    /// <summary>Reads <c>HOST:CONTAINER[:OPTIONS]</c> as of <c>-v</c>; a colon in a path is written <c>\:</c>.</summary>
    /// <exception cref="FormatException">Malformed, a relative path of the host, or an unknown or contradictory option.</exception>
    public static MountOptions ParseVolume(string text) => VolumeRules.Read(text);

    /// <summary>The same mount with the values of its variables.</summary>
    /// <param name="expand">Gives the text for the value of a field. The stage of <c>from</c> has no variables and is not asked for.</param>
    /// <exception cref="FormatException">With its values it breaks a rule.</exception>
    public MountOptions Expand(Func<string?, string?> expand) =>
        MountRules.Read([.. Fields.Select(field => field.Key == "from" ? field : (field.Key, expand(field.Value)))], hasVariables: false);
}
