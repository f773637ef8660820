namespace BuildSharp.Storage;

/// <summary>How a driver puts layers on disk. All calls but the reading ones are made with the layers lock held for writing.</summary>
internal interface IGraphDriver
{
    /// <summary><c>overlay</c> or <c>vfs</c>.</summary>
    string Name { get; }

    /// <summary>Whether a layer's files are to be on disk before its record is.</summary>
    bool SyncsFileSystem { get; }

    /// <summary>Whether a layer's directory holds all that a container of the layer sees, a copy of the layers below included, and not only
    /// its own change.</summary>
    bool KeepsWholeTrees { get; }

    /// <summary>Whether a layer has to be mounted before its files can be used; otherwise its directory is where it is "mounted".</summary>
    bool MountsLayers { get; }

    /// <summary>Where in the home the layers' directories are, as a relative path; empty for the home itself.</summary>
    string LayersDirectory { get; }

    /// <summary>Where in a layer's directory its files are, as a relative path; empty for the directory itself.</summary>
    string ContentDirectory { get; }

    /// <summary>What says which layers are below a layer, beside the records; null where nothing does.</summary>
    ILayerLinks? Links { get; }

    /// <summary>How the names begin of what is put into the home to try out the kernel: a killed process leaves it there.</summary>
    IReadOnlyList<string> ProbePrefixes { get; }

    /// <summary>What <c>info</c> says about the driver, in the words of the other tools.</summary>
    IReadOnlyList<KeyValuePair<string, string>> Status();

    /// <summary>Makes the driver's directories.</summary>
    void CreateHome();

    /// <summary>Before mounting: makes sure that other tools neither hide nor tear down what is mounted below the home. The caller
    /// holds storage.lock for writing.</summary>
    void PrepareForMounts();

    /// <summary>Takes away what <see cref="PrepareForMounts"/> did, once nothing is mounted. Same lock.</summary>
    void ReleaseMounts();

    /// <summary>Whether the layer has files.</summary>
    bool Exists(string id);

    /// <summary>Makes a layer's files. What is left of an earlier one with this id is removed.</summary>
    /// <param name="id">The layer.</param>
    /// <param name="parent">The layer below, in this or an additional store.</param>
    /// <param name="content">A finished tree from <see cref="PrepareContent"/> that becomes the layer's; null for an empty change.</param>
    void Create(string id, string? parent, string? content);

    /// <summary>Makes the directory that a layer's tar is unpacked into, outside the layers, so that nobody sees it half filled.</summary>
    /// <param name="path">Where; it must not exist.</param>
    /// <param name="parent">The layer below, whose root's owner and mode are taken.</param>
    /// <param name="isComplete">Whether the caller brings the whole content, so that nothing of the parent needs to be there.</param>
    void PrepareContent(string path, string? parent, bool isComplete);

    /// <summary>The directory with a layer's own files: the change (overlay), or everything (vfs).</summary>
    string ContentPath(string id);

    /// <summary>The directories that hold a layer's files, its own first, then those below.</summary>
    IReadOnlyList<string> ContentPaths(string id);

    /// <summary>A link in the place of the layer's directory, or of the one with its files, that no driver put there: what is written to
    /// the layer would go wherever it leads. Null when there is none.</summary>
    string? LinkInPlaceOf(string id);

    /// <summary>Where the layer is or would be mounted.</summary>
    string MountPoint(string id);

    /// <summary>Mounts a layer.</summary>
    void Mount(string id, LayerMountOptions options);

    /// <summary>Unmounts a layer; one that is not mounted is no error.</summary>
    void Unmount(string id);

    /// <summary>Gives a layer's files to another id. The old id stays as a link to the new one, so that at every moment both records are
    /// true, until <see cref="TakeAway"/> removes it.</summary>
    /// <param name="id">The layer.</param>
    /// <param name="newId">Its new id.</param>
    /// <param name="record">Makes the new record visible. Runs at once after the names have changed places: a directory without record is
    /// what other tools remove as garbage.</param>
    void Rename(string id, string newId, Action record);

    /// <summary>Changes whenever the layer has been mounted for writing; null where that cannot be told.</summary>
    LayerMark? MarkOf(string id);

    /// <summary>Whether removing the layer is a matter of a few names, because nothing was ever written to it.</summary>
    bool IsEmpty(string id);

    /// <summary>The new id of a renamed layer, while its old id is there, too; null for every other layer.</summary>
    string? NewIdOf(string id);

    /// <summary>Takes <see cref="Rename"/> back: the files have their old id again, and only that. No record may name the new one.</summary>
    void UndoRename(string id);

    /// <summary>Moves a layer's files away, to be removed when no lock is held.</summary>
    /// <param name="id">The layer.</param>
    /// <param name="staging">Where to; null to remove them at once.</param>
    void TakeAway(string id, StagingDirectory? staging);

    /// <summary>How whiteouts look in a layer's directory.</summary>
    Diffs.WhiteoutFormat Whiteouts { get; }

    /// <summary>Whether a mount table entry is needed for a layer to count as mounted.</summary>
    bool IsMounted(string id);
}

/// <summary>A driver's own files about which layers are below a layer: to be made again where they are lost or wrong.</summary>
internal interface ILayerLinks
{
    /// <summary>Makes the short link of a layer again.</summary>
    /// <param name="id">The layer.</param>
    /// <param name="link">The link's name of before; null where nobody knows it.</param>
    void Relink(string id, string? link);

    /// <summary>Replaces the list of the layers below a layer.</summary>
    /// <param name="id">The layer.</param>
    /// <param name="below">The layers below it, nearest first.</param>
    void ReplaceLowers(string id, IReadOnlyList<string> below);
}

/// <summary>Tells whether a layer was mounted between two looks.</summary>
internal readonly record struct LayerMark(ulong Inode, long Seconds, int Nanoseconds);

/// <summary>How a layer is mounted.</summary>
internal sealed record LayerMountOptions
{
    /// <summary>Without a place for changes.</summary>
    internal bool IsReadOnly { get; init; }

    /// <summary>Content that an earlier mount left in the layers below is found, whatever the store's options are now.</summary>
    internal bool FollowsElsewhere { get; init; }

    /// <summary>Changes need not survive a crash of the machine.</summary>
    internal bool IsVolatile { get; init; }

    /// <summary>SELinux label; null for none.</summary>
    internal string? MountLabel { get; init; }
}
