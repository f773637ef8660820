using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Oci.Reporting;

namespace BuildSharp.Storage.Diffs;

/// <summary>Writes the changes in a tree as a layer's tar. Entries are sorted by name within each directory, parents first, so equal trees
/// give equal tars, as in the Go tools.</summary>
/// <remarks>Each file is read once: tar, hash, tar-split, set of owners and an optional copy of the tree come from the same pass.
/// Modification times are whole seconds, as in layers of the Go tools. Sockets are left out. Memory does not depend on file sizes; only the
/// inodes of files with several names are remembered.</remarks>
public sealed class LayerDiff
{
    private readonly DirectoryHandle _tree;
    private readonly DirectoryHandle? _parent;
    private readonly IReadOnlyList<DirectoryHandle> _lowers;
    private readonly LayerDiffOptions _options;

    private LayerDiff(DirectoryHandle tree, DirectoryHandle? parent, IReadOnlyList<DirectoryHandle> lowers, LayerDiffOptions options)
    {
        _tree = tree;
        _parent = parent;
        _lowers = lowers;
        _options = options;
    }

    /// <summary>The changes in an overlay's upper directory.</summary>
    /// <param name="upper">The upper directory, mounted or not.</param>
    /// <param name="lowers">The lower directories, nearest first; they decide whether an opaque directory hides anything.</param>
    /// <param name="options">Options.</param>
    public static LayerDiff OfOverlay(DirectoryHandle upper, IReadOnlyList<DirectoryHandle> lowers, LayerDiffOptions options) =>
        new(upper, null, lowers, options);

    /// <summary>The difference between two complete trees, for drivers without overlay.</summary>
    /// <param name="tree">The newer tree.</param>
    /// <param name="parent">The older tree.</param>
    /// <param name="options">Options.</param>
    public static LayerDiff Between(DirectoryHandle tree, DirectoryHandle parent, LayerDiffOptions options) =>
        new(tree, parent, [], options with { Whiteouts = WhiteoutFormat.None });

    /// <summary>All files of a tree, as a layer without parent.</summary>
    public static LayerDiff OfWhole(DirectoryHandle tree, LayerDiffOptions options) =>
        new(tree, null, [], options with { Whiteouts = WhiteoutFormat.None });

    /// <summary>Walks the tree and writes the results.</summary>
    /// <param name="tar">Receives the tar; null when only its hash is needed. Not disposed.</param>
    /// <param name="tarSplit">Receives the gzip-compressed tar-split; null for none. Not disposed.</param>
    /// <param name="copy">An empty directory that receives the same files as if the tar were unpacked there, by reflink or by a copy in the
    /// kernel. Null when the tree itself becomes the layer.</param>
    /// <param name="copyFormat">Representation of whiteouts in the copy.</param>
    /// <exception cref="BuildSharpException">A file changed while it was read, or cannot be read or copied.</exception>
    public LayerSummary Write(
        Stream? tar, Stream? tarSplit = null, DirectoryHandle? copy = null, WhiteoutFormat copyFormat = WhiteoutFormat.Overlay)
    {
        var buffered = new BufferedStream(tar ?? Stream.Null, 256 * 1024);
        using var digesting = new DigestingStream(tar is null ? Stream.Null : buffered, leaveOpen: true);
        using var recorder = tarSplit is null ? null : new TarSplitWriter(tarSplit, namesAreDistinct: true, leaveOpen: true);
        using var target = copy is null ? null : new TreeWriter(copy, copyFormat);
        var writer = new TarWriter(_options.Progress.Count(digesting, leaveOpen: true), recorder);
        var owners = new OwnerSet();
        try
        {
            var sink = new LayerSink(writer, target, owners, _options);
            var walk = new TreeWalk(_tree, _lowers, _options, sink);
            walk.Run(_parent);
            sink.AddRest();
        }
        catch (LinuxException failure)
        {
            throw new BuildSharpException($"cannot make a layer of {_tree.Name}: {failure.Message}", failure);
        }

        writer.Complete();
        recorder?.Complete();
        target?.Complete();
        buffered.Flush();
        return new LayerSummary(new DiffId(digesting.Complete()), digesting.ByteCount, owners.Uids, owners.Gids);
    }

    /// <summary>Sets the times of changed files to those in the tar. Unchanged files of the parent keep theirs.</summary>
    /// <exception cref="LinuxException">A file cannot be read or changed.</exception>
    public void ApplyTimes() => new TreeWalk(_tree, _lowers, _options, new TimeSink(_tree, _options)).Run(_parent);
}
