using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Storage.Diffs;

/// <summary>Passes the entries of a walk to the tar, to the set of owners, and to an optional copy of the tree.</summary>
internal sealed class LayerSink(TarWriter tar, TreeWriter? copy, OwnerSet owners, LayerDiffOptions options) : ILayerSink, IFileContent
{
    private readonly HashSet<byte[]> _awaited = new(options.Added.Select(entry => entry.Header.Name), ByteStringComparer.Instance);
    private readonly byte[] _buffer = new byte[256 * 1024];
    private SafeFileHandle? _source;
    private FileStatus _status;
    private TarHeader? _header;

    /// <inheritdoc/>
    public void Add(TarHeader header)
    {
        if (_awaited.Count > 0)
        {
            _awaited.Remove(header.Name);
        }

        options.Cancellation.ThrowIfCancellationRequested();
        NameLimits.Require(header.Name);
        owners.Add(header);
        tar.Write(header);
        copy?.Place(header, null);
    }

    /// <summary>Appends the added files and their parent directories.</summary>
    public void AddRest()
    {
        foreach (var entry in options.Added.Where(entry => _awaited.Remove(entry.Header.Name)))
        {
            options.RequireNameForLayer(entry.Header.Name);
            var header = entry.Header with { ModifiedAt = options.TimeOf(entry.Header.ModifiedAt) };
            if (entry.Source is null)
            {
                Add(header);
                continue;
            }

            using var file = File.OpenHandle(entry.Source);
            AddFile(header, file, FileDescriptor.Stat(file));
        }
    }

    /// <inheritdoc/>
    public void AddFile(TarHeader header, SafeFileHandle source, in FileStatus status)
    {
        NameLimits.Require(header.Name);
        owners.Add(header);
        tar.Write(header);
        if (copy is null)
        {
            ReadAll(header, source, null);
            return;
        }

        _header = header;
        _source = source;
        _status = status;
        copy.Place(header, header.Size > 0 ? this : null);
    }

    /// <summary>Fills the file of the copy with the bytes that also go to the tar.</summary>
    public void WriteTo(SafeFileHandle file)
    {
        // A file that fits the buffer is in memory already. A larger one is shared (reflink) or copied by the kernel.
        if (_status.Size <= _buffer.Length)
        {
            ReadAll(_header!, _source!, file);
            return;
        }

        if (FileCopy.TryClone(_source!, file))
        {
            ReadAll(_header!, _source!, null);
            return;
        }

        CopyWhileReading(_source!, file, _status);
    }

    /// <summary>Copies a large file on another thread while this one reads it for the tar, so the bytes come from the disk once.</summary>
    private void CopyWhileReading(SafeFileHandle source, SafeFileHandle target, FileStatus status)
    {
        var copying = Task.Run(() => FileCopy.Content(source, target, status, options.Cancellation));
        try
        {
            ReadAll(_header!, source, null);
        }
        catch
        {
            // The file descriptors must stay open until the copy ends.
            Task.WaitAny(copying);
            throw;
        }

        copying.GetAwaiter().GetResult();
    }

    private void ReadAll(TarHeader header, SafeFileHandle source, SafeFileHandle? target)
    {
        for (long offset = 0; offset < header.Size;)
        {
            options.Cancellation.ThrowIfCancellationRequested();
            var wanted = (int)Math.Min(_buffer.Length, header.Size - offset);
            var read = FileDescriptor.ReadAt(source, _buffer.AsSpan(0, wanted), offset);
            if (read == 0)
            {
                throw new BuildSharpException($"{header.NameText} became shorter while it was read: {offset} of {header.Size} bytes were left");
            }

            tar.WriteContent(_buffer.AsSpan(0, read));
            if (target is not null)
            {
                FileDescriptor.Write(target, _buffer.AsSpan(0, read));
            }

            offset += read;
        }
    }
}
