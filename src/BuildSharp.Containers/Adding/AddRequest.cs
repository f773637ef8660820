using BuildSharp.Containers.Adding.Digests;
using BuildSharp.Containers.Adding.Sources;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Adding;

/// <summary>Input of <c>copy</c>, <c>add</c>, COPY and ADD (buildah-copy(1); Dockerfile reference, COPY).</summary>
public sealed record AddRequest
{
    /// <summary>The sources; a later source overwrites an earlier one.</summary>
    public required IReadOnlyList<AddSource> Sources { get; init; }

    /// <summary>Destination. A relative path starts at the container's working directory; a final <c>/</c> marks a directory.</summary>
    public required string Destination { get; init; }

    /// <summary>Whether to unpack a local source that is a tar, compressed or not (ADD).</summary>
    public bool Extract { get; init; }

    /// <summary>Whether to unpack a downloaded source that is a tar, compressed or not (<c>ADD --unpack</c>).</summary>
    public bool ExtractFetched { get; init; }

    /// <summary>Owner, <c>user[:group]</c>, as numbers or as names in the container's account files; null for root.</summary>
    public string? Chown { get; init; }

    /// <summary>New modes, see <see cref="ModeChange"/>; null keeps those of the sources.</summary>
    public string? Chmod { get; init; }

    /// <summary>Files to leave out; null for none.</summary>
    public IPathFilter? Filter { get; init; }

    /// <summary>Additional files to leave out, by paths relative to the source's root and to the copied item (with <see cref="Parents"/>,
    /// to the pivot); null for none.</summary>
    public IExclusions? Excluded { get; init; }

    /// <summary>Path of the ignore file behind <see cref="Filter"/>, for messages.</summary>
    public string? IgnoreFileName { get; init; }

    /// <summary>Whether to create the parent directories of the sources below the destination (<c>--parents</c>).</summary>
    public bool Parents { get; init; }

    /// <summary>Whether the result must not depend on the container's content, as for a separate layer (<c>--link</c>): links in the
    /// container are replaced and not followed, and items without a time in the sources get a fixed one. Existing directories above the
    /// content keep their mode and owner.</summary>
    public bool Independent { get; init; }

    /// <summary>Whether to copy the target of a source that is a symbolic link.</summary>
    public bool FollowLinks { get; init; } = true;

    /// <summary>Whether wildcards are allowed; if not, using one is an error.</summary>
    public bool AllowWildcards { get; init; } = true;

    /// <summary>Whether a wildcard without matches is allowed.</summary>
    public bool AllowEmptyWildcards { get; init; }

    /// <summary>Whether to keep the owners of the sources (<c>--from</c>) instead of root; <see cref="Chown"/> has precedence.</summary>
    public bool PreserveOwnership { get; init; }

    /// <summary>Whether to drop setuid and setgid bits of files, as builds do for files of the context.</summary>
    public bool StripSetIds { get; init; }

    /// <summary>Modification time for everything added; null keeps those of the sources.</summary>
    public Timestamp? ModifiedAt { get; init; }

    /// <summary>Takes down what the digest covers; null for nothing.</summary>
    public FileRecorder? Files { get; init; }

    /// <summary>Remembers the digests of files and items of the local sources; null for not.</summary>
    public FileDigests? Known { get; init; }

    /// <summary>Whether to compute the digest only and write nothing.</summary>
    public bool DryRun { get; init; }
}

/// <summary>Result of an addition.</summary>
/// <param name="Kind">Kind of the sources.</param>
/// <param name="Digest">Digest of names, owners, modes and content (and times, for a downloaded file), equal to buildah's; <c>default</c>
/// when
/// nothing was added.</param>
public readonly record struct AddResult(ContentKind Kind, Digest Digest)
{
    /// <summary>Form in history entries: <c>file:…</c>, <c>dir:…</c>, <c>multi:…</c>; the digest alone for a downloaded file; empty when
    /// nothing was added.</summary>
    public string HistoryText => Kind switch
    {
        ContentKind.None => "",
        ContentKind.File => "file:" + Digest.Hex,
        ContentKind.Directory => "dir:" + Digest.Hex,
        ContentKind.Fetched => Digest.Hex,
        _ => "multi:" + Digest.Hex,
    };
}

/// <summary>Kinds of added content that history entries distinguish.</summary>
public enum ContentKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>One item other than a directory.</summary>
    File,

    /// <summary>One directory.</summary>
    Directory,

    /// <summary>One downloaded file.</summary>
    Fetched,

    /// <summary>Several items.</summary>
    Multiple,
}
