using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;

namespace BuildSharp.Storage.Diffs;

/// <summary>Describes what changed in a tree as a layer's tar: sorted by name within each directory, parents first, and so the same
/// for the same tree, here and in the Go tools.</summary>
/// <remarks>One pass reads each file once: tar, hash, tar-split and owners come out together, and a copy of the tree where one is
/// wanted. Modification times are whole seconds, as in every layer of the Go tools. Sockets are left out. Memory does not grow with
/// the size of the files; a map of inodes is kept for those with several names only.</remarks>
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

    /// <summary>The change that an overlay's upper directory holds.</summary>
    /// <param name="upper">The upper directory, mounted or not.</param>
    /// <param name="lowers">The directories below it, nearest first; they decide whether an opaque directory hides anything.</param>
    /// <param name="options">How.</param>
    public static LayerDiff OfOverlay(DirectoryHandle upper, IReadOnlyList<DirectoryHandle> lowers, LayerDiffOptions options) =>
        new(upper, null, lowers, options);

    /// <summary>The difference between two whole trees, found by comparing them: for stores without overlay.</summary>
    /// <param name="tree">The newer tree.</param>
    /// <param name="parent">The older one.</param>
    /// <param name="options">How.</param>
    public static LayerDiff Between(DirectoryHandle tree, DirectoryHandle parent, LayerDiffOptions options) =>
        new(tree, parent, [], options with { Whiteouts = WhiteoutFormat.None });

    /// <summary>Everything in a tree, as one layer on nothing.</summary>
    public static LayerDiff OfWhole(DirectoryHandle tree, LayerDiffOptions options) =>
        new(tree, null, [], options with { Whiteouts = WhiteoutFormat.None });

    /// <summary>Walks the tree.</summary>
    /// <param name="tar">Where the tar goes; null when only its hash is wanted. Not disposed.</param>
    /// <param name="tarSplit">Where the gzipped tar-split goes; null for none. Not disposed.</param>
    /// <param name="copy">An empty directory that gets the same files, as if the tar had been applied to it: by reflink, or in the
    /// kernel. Null when the tree itself becomes the layer.</param>
    /// <param name="copyFormat">How whiteouts are marked in the copy.</param>
    /// <exception cref="BuildSharpException">A file changed while it was read, or cannot be read or copied.</exception>
    public LayerSummary Write(
        Stream? tar, Stream? tarSplit = null, DirectoryHandle? copy = null, WhiteoutFormat copyFormat = WhiteoutFormat.Overlay)
    {
        var buffered = new BufferedStream(tar ?? Stream.Null, 256 * 1024);
        using var digesting = new DigestingStream(tar is null ? Stream.Null : buffered, leaveOpen: true);
        using var recorder = tarSplit is null ? null : new TarSplitWriter(tarSplit, namesAreDistinct: true, leaveOpen: true);
        using var target = copy is null ? null : new TreeWriter(copy, copyFormat);
        var writer = new TarWriter(digesting, recorder);
        var owners = new OwnerSet();
        try
        {
            var sink = new LayerSink(writer, target, owners, _options.Added);
            var walk = new TreeWalk(_tree, _lowers, _options, sink);
            walk.Run(_parent);
            sink.AddRest(_options);
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

    /// <summary>Gives what changed the times that the tar has for it. Other files of the tree, which a parent brought, keep theirs.</summary>
    /// <exception cref="LinuxException">A file cannot be read or changed.</exception>
    public void ApplyTimes() => new TreeWalk(_tree, _lowers, _options, new TimeSink(_tree, _options)).Run(_parent);
}
