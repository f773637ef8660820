using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Storage.Diffs;

/// <summary>Unpacks a tar into a directory: a layer into its directory of the store, or any archive into a container's files.</summary>
/// <remarks>A later entry replaces an earlier one of the same name; a directory entry for an existing directory only changes its mode,
/// owner, times and attributes. Device nodes, sparse files and extended attributes are preserved. <see cref="TreeWriter"/> lists what is
/// never done.</remarks>
/// <param name="root">Target directory; nothing is written outside it.</param>
/// <param name="options">Options.</param>
public sealed class LayerApplier(DirectoryHandle root, LayerApplierOptions options)
{
    /// <summary>Unpacks a layer, and computes its hash and tar-split in the same pass.</summary>
    /// <param name="tar">The uncompressed tar, read to its end. Not disposed.</param>
    /// <param name="tarSplit">Receives the gzip-compressed tar-split; null for none. Not disposed.</param>
    /// <param name="name">Name of the tar in messages.</param>
    /// <exception cref="BuildSharpException">The tar is damaged, an entry leads outside the root, or a write fails. The tree is then
    /// incomplete and must be discarded.</exception>
    public LayerSummary Apply(Stream tar, Stream? tarSplit, string name = "layer")
    {
        using var digesting = new DigestingStream(tar, leaveOpen: true);
        using var recorder = tarSplit is null ? null : new TarSplitWriter(tarSplit, leaveOpen: true);
        var owners = new OwnerSet();
        var hasRoot = Unpack(new TarReader(digesting, recorder, name), owners, name);
        recorder?.Complete();
        return new LayerSummary(new DiffId(digesting.Complete()), digesting.ByteCount, owners.Uids, owners.Gids) { HasRoot = hasRoot };
    }

    /// <summary>Unpacks an archive without computing its hash.</summary>
    /// <param name="tar">The uncompressed tar, read to its end. Not disposed.</param>
    /// <param name="name">Name of the tar in messages.</param>
    public void Extract(Stream tar, string name = "archive") => Unpack(new TarReader(tar, null, name), null, name);

    private bool Unpack(TarReader reader, OwnerSet? owners, string name)
    {
        using var tree = new TreeWriter(root, options.Whiteouts, options.KeepDirectoryLinks);
        var content = new EntryContent(reader, new RoomOnDisk(root, options.LeastRoom, name));
        for (var entries = 1; reader.ReadNext() is { } header; entries++)
        {
            if (entries > options.MostEntries)
            {
                throw new BuildSharpException($"{name} has more than {options.MostEntries} entries; refused");
            }

            owners?.Add(header);
            if (options.Rewrite is null)
            {
                tree.Place(header, content.Of(header));
            }
            else if (options.Rewrite(header) is { } rewritten)
            {
                tree.Place(rewritten, content.Of(header));
            }
        }

        tree.Complete();
        return tree.HasRoot;
    }

    private sealed class EntryContent(TarReader reader, RoomOnDisk room) : IFileContent
    {
        private readonly byte[] _buffer = new byte[256 * 1024];
        private TarHeader? _header;

        public EntryContent? Of(TarHeader header)
        {
            _header = header;
            return header.Size > 0 ? this : null;
        }

        public void WriteTo(SafeFileHandle file)
        {
            if (_header!.SparseExtents is null)
            {
                for (int read; (read = reader.Content.Read(_buffer)) > 0;)
                {
                    room.Take(read);
                    FileDescriptor.Write(file, _buffer.AsSpan(0, read));
                }

                return;
            }

            foreach (var extent in _header.SparseExtents)
            {
                for (long done = 0; done < extent.Length;)
                {
                    var read = reader.StoredContent.Read(_buffer.AsSpan(0, (int)Math.Min(_buffer.Length, extent.Length - done)));
                    room.Take(read);
                    FileDescriptor.WriteAt(file, _buffer.AsSpan(0, read), extent.Offset + done);
                    done += read;
                }
            }

            FileDescriptor.SetLength(file, _header.Size);
        }
    }
}
