namespace BuildSharp.Storage.Drivers;

/// <summary>Stores the files of layers on disk. All calls that change something require the layers lock, held for writing.</summary>
internal interface IGraphDriver
{
    /// <summary><c>overlay</c> or <c>vfs</c>.</summary>
    string Name { get; }

    /// <summary>Whether a layer's files must be synchronised to disk before its record is written.</summary>
    bool SyncsFileSystem { get; }

    /// <summary>Whether a layer's directory holds the complete tree that a container of the layer sees, rather than only the layer's own
    /// changes.</summary>
    bool KeepsWholeTrees { get; }

    /// <summary>Whether a layer must be mounted before use. If false, its directory serves as mount point.</summary>
    bool MountsLayers { get; }

    /// <summary>Directory of the layer directories, relative to the home; empty for the home itself.</summary>
    string LayersDirectory { get; }

    /// <summary>Directory of a layer's files, relative to the layer's directory; empty for that directory itself.</summary>
    string ContentDirectory { get; }

    /// <summary>The driver's own files about lower layers; null when it has none.</summary>
    ILayerLinks? Links { get; }

    /// <summary>Name prefixes of the directories in the home that test the kernel. A killed process leaves them behind.</summary>
    IReadOnlyList<string> ProbePrefixes { get; }

    /// <summary>Properties of the driver that <c>info</c> prints, named as in the other tools.</summary>
    IReadOnlyList<KeyValuePair<string, string>> Status();

    /// <summary>Creates the driver's directories.</summary>
    void CreateHome();

    /// <summary>Prepares the home for mounts, so that other tools neither hide nor unmount what is mounted below it. The caller holds
    /// storage.lock for writing.</summary>
    void PrepareForMounts();

    /// <summary>Undoes <see cref="PrepareForMounts"/> when nothing is mounted any more. Requires the same lock.</summary>
    void ReleaseMounts();

    /// <summary>Whether the layer's directory exists.</summary>
    bool Exists(string id);

    /// <summary>Creates a layer's files. Removes remains of an earlier layer with the same id.</summary>
    /// <param name="id">The layer.</param>
    /// <param name="parent">The layer below, in this store or an additional one.</param>
    /// <param name="content">A complete tree from <see cref="PrepareContent"/> that becomes the layer's; null for a layer without
    /// changes.</param>
    void Create(string id, string? parent, string? content);

    /// <summary>Creates the directory to unpack a layer's tar into. It is outside the layers' directory, so other processes do not see an
    /// incomplete layer.</summary>
    /// <param name="path">The directory to create; it must not exist.</param>
    /// <param name="parent">The layer below; its root directory's owner and mode are copied.</param>
    /// <param name="isComplete">Whether the caller writes the complete content, so that the parent's files need not be copied.</param>
    void PrepareContent(string path, string? parent, bool isComplete);

    /// <summary>Gives the root directory of a tree the owner and mode of the layer below.</summary>
    /// <param name="path">The tree.</param>
    /// <param name="parent">The layer below.</param>
    void InheritRoot(string path, string parent);

    /// <summary>Directory with a layer's own files: the changes (overlay) or everything (vfs).</summary>
    string ContentPath(string id);

    /// <summary>Directories that hold a layer's files: its own first, then those of the layers below.</summary>
    IReadOnlyList<string> ContentPaths(string id);

    /// <summary>A symbolic link that replaces the layer's directory or its content directory and was not created by a driver. Writing to
    /// the layer would change files outside the store. Null when there is none.</summary>
    string? LinkInPlaceOf(string id);

    /// <summary>Path at which the layer is or would be mounted.</summary>
    string MountPoint(string id);

    /// <summary>Mounts a layer.</summary>
    void Mount(string id, LayerMountOptions options);

    /// <summary>Unmounts a layer; does nothing if it is not mounted.</summary>
    void Unmount(string id);

    /// <summary>Renames a layer's files to a new id. The old id stays as a link to the new one until <see cref="TakeAway"/> removes it, so
    /// that at every moment the records of both ids have files.</summary>
    /// <param name="id">The layer.</param>
    /// <param name="newId">Its new id.</param>
    /// <param name="record">Makes the new record visible. Runs immediately after the rename, because other tools remove a directory without
    /// a record as garbage.</param>
    void Rename(string id, string newId, Action record);

    /// <summary>Mark that changes each time the layer is mounted for writing; null when the driver cannot provide one.</summary>
    LayerMark? MarkOf(string id);

    /// <summary>Whether the layer was never written to, so that removing it takes only a few system calls.</summary>
    bool IsEmpty(string id);

    /// <summary>New id of a renamed layer while its old id still exists; null for any other layer.</summary>
    string? NewIdOf(string id);

    /// <summary>Undoes <see cref="Rename"/>. No record may name the new id.</summary>
    void UndoRename(string id);

    /// <summary>Moves a layer's files to a staging directory, to be removed without a lock.</summary>
    /// <param name="id">The layer.</param>
    /// <param name="staging">The target; null to remove the files immediately.</param>
    void TakeAway(string id, StagingDirectory? staging);

    /// <summary>Representation of whiteouts in a layer's directory.</summary>
    BuildSharp.Storage.Diffs.WhiteoutFormat Whiteouts { get; }

    /// <summary>Whether the layer is in the mount table; for a driver that does not mount layers, whether the layer exists.</summary>
    bool IsMounted(string id);
}

/// <summary>A driver's own files about lower layers, which can be recreated when they are missing or wrong.</summary>
internal interface ILayerLinks
{
    /// <summary>Creates a layer's short link again.</summary>
    /// <param name="id">The layer.</param>
    /// <param name="link">Previous name of the link; null when unknown.</param>
    void Relink(string id, string? link);

    /// <summary>Replaces the list of a layer's lower layers.</summary>
    /// <param name="id">The layer.</param>
    /// <param name="below">The lower layers, nearest first.</param>
    void ReplaceLowers(string id, IReadOnlyList<string> below);
}

/// <summary>Identity and time of a directory; two equal values mean that the layer was not mounted in between.</summary>
internal readonly record struct LayerMark(ulong Inode, long Seconds, int Nanoseconds);

/// <summary>Options for mounting a layer.</summary>
internal sealed record LayerMountOptions
{
    /// <summary>Mount without an upper directory.</summary>
    internal bool IsReadOnly { get; init; }

    /// <summary>Allow content that an earlier mount left in lower layers (<c>metacopy</c>, <c>redirect_dir</c>), whatever the store's
    /// options are.</summary>
    internal bool FollowsElsewhere { get; init; }

    /// <summary>Changes need not survive a system crash.</summary>
    internal bool IsVolatile { get; init; }

    /// <summary>SELinux label; null for none.</summary>
    internal string? MountLabel { get; init; }
}
