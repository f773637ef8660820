using BuildSharp.Oci;

namespace BuildSharp.Containers.Adding;

/// <summary>Something to be added: one source word of a verb or an instruction.</summary>
public abstract record AddSource;

/// <summary>Files below a directory that nothing can leave: a build context, or the root of a container or image.</summary>
/// <param name="Root">The directory, on this machine.</param>
/// <param name="Pattern">A path below it, with or without a leading <c>/</c>; may have wildcards.</param>
public sealed record LocalSource(string Root, string Pattern) : AddSource
{
    /// <summary>What to leave out of this source; null takes the request's.</summary>
    public IPathFilter? Filter { get; init; }

    /// <summary>Modification time of what is added from here, unless the request has one; null keeps the files'.</summary>
    public Timestamp? ModifiedAt { get; init; }
}

/// <summary>A file that was fetched from elsewhere and has no owner or mode of its own: it becomes root's with mode 0600, as ADD of a
/// URL has it (Dockerfile reference, ADD).</summary>
/// <param name="Path">Where it lies on this machine meanwhile.</param>
/// <param name="Name">Its name, for a destination that is a directory; null when it has none.</param>
/// <param name="ModifiedAt">When it changed where it comes from; the epoch when that is not known.</param>
public sealed record FetchedSource(string Path, string? Name, Timestamp ModifiedAt) : AddSource;

/// <summary>A file whose content stands in the Dockerfile (heredoc).</summary>
/// <param name="Name">Name of the file, for a destination that is a directory.</param>
/// <param name="Content">Its bytes.</param>
public sealed record InlineSource(string Name, ReadOnlyMemory<byte> Content) : AddSource;
