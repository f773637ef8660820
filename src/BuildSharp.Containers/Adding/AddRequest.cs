using BuildSharp.Oci;

namespace BuildSharp.Containers.Adding;

/// <summary>What <c>copy</c>, <c>add</c>, COPY and ADD ask for (buildah-copy(1); Dockerfile reference, COPY).</summary>
public sealed record AddRequest
{
    /// <summary>What to add; a later source overwrites an earlier one.</summary>
    public required IReadOnlyList<AddSource> Sources { get; init; }

    /// <summary>Where to. A path that is not absolute is below the container's working directory; an ending <c>/</c> says directory.</summary>
    public required string Destination { get; init; }

    /// <summary>Whether a local source that is a tar, compressed or not, is unpacked (ADD).</summary>
    public bool Extract { get; init; }

    /// <summary>Whether a fetched source that is a tar, compressed or not, is unpacked (<c>ADD --unpack</c>).</summary>
    public bool ExtractFetched { get; init; }

    /// <summary><c>user[:group]</c>, numbers, or names from the container's own files; null makes everything root's.</summary>
    public string? Chown { get; init; }

    /// <summary>New modes, see <see cref="ModeChange"/>; null keeps the sources'.</summary>
    public string? Chmod { get; init; }

    /// <summary>What to leave out; null leaves out nothing.</summary>
    public IPathFilter? Filter { get; init; }

    /// <summary>What to leave out besides, by paths from the source's root and from the copied item (with <see cref="Parents"/> from the
    /// pivot); null leaves out nothing more.</summary>
    public IExclusions? Excluded { get; init; }

    /// <summary>Where the <see cref="Filter"/> was read from, for messages.</summary>
    public string? IgnoreFileName { get; init; }

    /// <summary>Whether the sources' leading directories are made below the destination too (<c>--parents</c>).</summary>
    public bool Parents { get; init; }

    /// <summary>Whether a layer of its own comes out that is laid over the container (<c>--link</c>): links in the container's tree are not
    /// followed but replaced, and what has no time in the sources gets a fixed one. Directories on the way that are there keep their
    /// mode and owner.</summary>
    public bool Independent { get; init; }

    /// <summary>Whether a source that is a symbolic link stands for what it points to.</summary>
    public bool FollowLinks { get; init; } = true;

    /// <summary>Whether wildcards mean anything; if not, using one is an error.</summary>
    public bool AllowWildcards { get; init; } = true;

    /// <summary>Whether wildcards that match nothing are fine.</summary>
    public bool AllowEmptyWildcards { get; init; }

    /// <summary>Whether owners are kept instead of becoming root (<c>--from</c>); <see cref="Chown"/> wins.</summary>
    public bool PreserveOwnership { get; init; }

    /// <summary>Whether setuid and setgid bits of files are dropped, as builds do with what comes from the context.</summary>
    public bool StripSetIds { get; init; }

    /// <summary>Modification time of everything added; null keeps the sources'.</summary>
    public Timestamp? ModifiedAt { get; init; }

    /// <summary>Whether only the digest is wanted and nothing is written.</summary>
    public bool DryRun { get; init; }
}

/// <summary>What was added.</summary>
/// <param name="Kind">Kind of the sources.</param>
/// <param name="Digest">Hash of names, owners, modes and content, and of the times of what was fetched alone, equal to buildah's; <c>default</c> when nothing was added.</param>
public readonly record struct AddResult(ContentKind Kind, Digest Digest)
{
    /// <summary>The form in which history entries have it: <c>file:…</c>, <c>dir:…</c>, <c>multi:…</c>, the hash alone for something fetched;
    /// empty when nothing was added.</summary>
    public string HistoryText => Kind switch
    {
        ContentKind.None => "",
        ContentKind.File => "file:" + Digest.Hex,
        ContentKind.Directory => "dir:" + Digest.Hex,
        ContentKind.Fetched => Digest.Hex,
        _ => "multi:" + Digest.Hex,
    };
}

/// <summary>Kinds of added content, as history entries tell them apart.</summary>
public enum ContentKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>One item that is not a directory.</summary>
    File,

    /// <summary>One directory.</summary>
    Directory,

    /// <summary>One file from the network.</summary>
    Fetched,

    /// <summary>Several items.</summary>
    Multiple,
}
