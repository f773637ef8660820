using BuildSharp.Linux;
using BuildSharp.Oci.Layers;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Storage.Diffs;

/// <summary>Takes the entries of a layer in the order of its tar.</summary>
internal interface ILayerSink
{
    /// <summary>Takes an entry without content.</summary>
    void Add(TarHeader header);

    /// <summary>Takes a file.</summary>
    /// <param name="header">Its entry.</param>
    /// <param name="source">The open file.</param>
    /// <param name="status">Its status.</param>
    void AddFile(TarHeader header, SafeFileHandle source, in FileStatus status);
}
