using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Storage.Diffs;

/// <summary>Sets the times of files to those in the layer's tar.</summary>
/// <param name="tree">Directory with the files.</param>
/// <param name="options">Defines the times.</param>
internal sealed class TimeSink(DirectoryHandle tree, LayerDiffOptions options) : ILayerSink
{
    public void Add(TarHeader header)
    {
        var path = header.Name.AsSpan().TrimEnd((byte)'/');
        if (!tree.TryStat(path, out var status))
        {
            return; // a whiteout
        }

        var modified = new Timestamp(status.ModifiedSeconds, status.ModifiedNanoseconds);
        var wanted = options.TimeOf(modified);
        if (wanted != modified)
        {
            tree.SetTimes(path, wanted.UnixSeconds, wanted.Nanoseconds);
        }
    }

    public void AddFile(TarHeader header, SafeFileHandle source, in FileStatus status) => Add(header);
}
