namespace BuildSharp.Containers.Adding;

/// <summary>Something to be added: one source word of a verb or an instruction.</summary>
public abstract record AddSource;

/// <summary>Files below a directory that nothing can leave: a build context, or the root of a container or image.</summary>
/// <param name="Root">The directory, on this machine.</param>
/// <param name="Pattern">A path below it, with or without a leading <c>/</c>; may have wildcards.</param>
public sealed record LocalSource(string Root, string Pattern) : AddSource;

/// <summary>A file whose content stands in the Dockerfile (heredoc).</summary>
/// <param name="Name">Name of the file, for a destination that is a directory.</param>
/// <param name="Content">Its bytes.</param>
public sealed record InlineSource(string Name, ReadOnlyMemory<byte> Content) : AddSource;
