using BuildSharp.Oci;

namespace BuildSharp.Containers.Adding.Sources;

/// <summary>One source of a verb or an instruction.</summary>
public abstract record AddSource;

/// <summary>Files below a directory, whose paths and links cannot leave it: a build context, or the root of a container or image.</summary>
/// <param name="Root">Absolute path of the directory on this machine.</param>
/// <param name="Pattern">Path below it, with or without a leading <c>/</c>; may have wildcards.</param>
public sealed record LocalSource(string Root, string Pattern) : AddSource
{
    /// <summary>Files to leave out of this source; null for the request's filter.</summary>
    public IPathFilter? Filter { get; init; }

    /// <summary>Modification time for this source, unless the request sets one; null keeps those of the files.</summary>
    public Timestamp? ModifiedAt { get; init; }
}

/// <summary>A downloaded file. It has no owner or mode, so it is added with owner root and mode 0600 (Dockerfile reference, ADD of a
/// URL).</summary>
/// <param name="Path">Path of the downloaded copy.</param>
/// <param name="Name">File name, used when the destination is a directory; null when there is none.</param>
/// <param name="ModifiedAt">Modification time at the server; the epoch when unknown.</param>
public sealed record FetchedSource(string Path, string? Name, Timestamp ModifiedAt) : AddSource;

/// <summary>A file with its content in the Dockerfile (heredoc).</summary>
/// <param name="Name">File name, used when the destination is a directory.</param>
/// <param name="Content">Its bytes.</param>
public sealed record InlineSource(string Name, ReadOnlyMemory<byte> Content) : AddSource;
