using BuildSharp.Linux;
using BuildSharp.Oci.Layers;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Storage.Diffs;

/// <summary>Receives the entries of a layer in the order of its tar.</summary>
internal interface ILayerSink
{
    /// <summary>Receives an entry without content.</summary>
    void Add(TarHeader header);

    /// <summary>Receives a regular file.</summary>
    /// <param name="header">Header of its entry.</param>
    /// <param name="source">The open file.</param>
    /// <param name="status">Its status.</param>
    void AddFile(TarHeader header, SafeFileHandle source, in FileStatus status);
}
