namespace BuildSharp.Notation;

/// <summary>A mount as described by a flag: <c>RUN --mount</c>, <c>run --mount</c> (Dockerfile reference, "RUN --mount"; buildah-run(1))
/// and <c>-v</c>. The caller interprets the options.</summary>
public sealed record MountOptions
{
    /// <summary>Type of the mount.</summary>
    public MountType Type { get; init; }

    /// <summary>Path in the container, may be relative to the working directory; null for the type's default.</summary>
    public string? Target { get; init; }

    /// <summary>Path in <see cref="From"/>; null for its root.</summary>
    public string? Source { get; init; }

    /// <summary>Stage, named context or image with the files; null for the context, or for an empty directory if the mount is a
    /// cache.</summary>
    public string? From { get; init; }

    /// <summary>Whether the mount is read-only.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Id of a cache, secret or SSH agent; null for the type's default.</summary>
    public string? Id { get; init; }

    /// <summary>How concurrent builds share a cache.</summary>
    public CacheSharing Sharing { get; init; }

    /// <summary>Permission bits of a tmpfs, cache, secret or socket; null for the type's default.</summary>
    public int? Mode { get; init; }

    /// <summary>User id of the owner; null for root.</summary>
    public long? UserId { get; init; }

    /// <summary>Group id; null for root.</summary>
    public long? GroupId { get; init; }

    /// <summary>Maximum size of a tmpfs in the kernel's form: bytes with a suffix, or a percentage of memory; null for no limit.</summary>
    public string? Size { get; init; }

    /// <summary>Whether a missing secret or agent fails the step.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Environment variable for a secret; the file is then created only if <see cref="Target"/> is given too.</summary>
    public string? Env { get; init; }

    /// <summary>Whether to change the source's owner to the command's user (<c>U</c>).</summary>
    public bool GivesToUser { get; init; }

    /// <summary>Whether to discard changes afterwards (<c>O</c> of <c>-v</c>).</summary>
    public bool DiscardsWrites { get; init; }

    /// <summary>Directory on the host that keeps what <see cref="DiscardsWrites"/> would discard (<c>upperdir=</c> of <c>-v</c>); null to
    /// discard it.</summary>
    public string? UpperDirectory { get; init; }

    /// <summary>Working directory of the overlay with <see cref="UpperDirectory"/>; both are given, or neither.</summary>
    public string? WorkDirectory { get; init; }

    /// <summary>Further options of mount(8) in the order written: <c>nosuid</c>, <c>rslave</c>, <c>tmpcopyup</c> …</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Whether a value still contains a variable, so that not all rules could be checked.</summary>
    public bool HasVariables { get; init; }

    /// <summary>Keys and values in the order written, keys in lower case except <c>Z</c> and <c>U</c>; empty for <c>-v</c>.</summary>
    public IReadOnlyList<(string Key, string? Value)> Fields { get; init; } = [];

    /// <summary>Whether an option sets mount propagation (mount_namespaces(7)).</summary>
    public static bool IsPropagation(string option) => MountRules.Propagations.Contains(option);

    /// <summary>Parses <c>type=bind|cache|tmpfs|secret|ssh,key=value,…</c>, a CSV record.</summary>
    /// <param name="text">The flag's value.</param>
    /// <param name="hasVariables">Whether a dollar sign starts a variable whose value is not known yet.</param>
    /// <exception cref="FormatException">The text violates a rule, which the message names.</exception>
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

    /// <summary>Parses <c>HOST:CONTAINER[:OPTIONS]</c>, the value of <c>-v</c>; a colon in a path is written <c>\:</c>.</summary>
    /// <exception cref="FormatException">The text is malformed, the host path is relative, or an option is unknown or contradicts
    /// another.</exception>
    public static MountOptions ParseVolume(string text) => VolumeRules.Read(text);

    /// <summary>Returns the mount with expanded values.</summary>
    /// <param name="expand">Expands the value of a field. Not called for <c>from</c>, which must not contain variables.</param>
    /// <exception cref="FormatException">An expanded value violates a rule.</exception>
    public MountOptions Expand(Func<string?, string?> expand) =>
        MountRules.Read([.. Fields.Select(field => field.Key == "from" ? field : (field.Key, expand(field.Value)))], hasVariables: false);
}
