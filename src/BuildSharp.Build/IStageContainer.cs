using BuildSharp.Containers.Adding;
using BuildSharp.Containers.Committing;
using BuildSharp.Oci;
using BuildSharp.Running;

namespace BuildSharp.Build;

/// <summary>The working container of a stage: the operations that instructions are translated to, and nothing of how it is stored. All
/// operations throw <see cref="BuildSharpException"/> when they fail.</summary>
internal interface IStageContainer
{
    /// <summary>Name in the store.</summary>
    string Name { get; }

    /// <summary>Name of the base image; null for scratch, or an image without a name.</summary>
    string? FromImage { get; }

    /// <summary>The config of the image to be. Setting it is how ENV, CMD and the like change the container.</summary>
    ImageConfig Image { get; set; }

    /// <summary>The annotations of the image to be.</summary>
    IEnumerable<KeyValuePair<string, string>> Annotations { get; set; }

    /// <summary>Copies files into the container, or with <see cref="AddRequest.DryRun"/> only hashes them.</summary>
    AddResult Add(AddRequest request, CancellationToken cancellationToken);

    /// <summary>Hashes what <see cref="Add"/> would add, without a look at the container's files; null when these matter.</summary>
    AddResult? TryHash(AddRequest request, CancellationToken cancellationToken);

    /// <summary>Runs a command in the container and returns its exit status.</summary>
    /// <param name="request">The command.</param>
    /// <param name="discardsVolumes">Whether what it writes below a volume is discarded.</param>
    /// <param name="cancellationToken">Kills it.</param>
    Task<int> RunAsync(RunRequest request, bool discardsVolumes, CancellationToken cancellationToken);

    /// <summary>Resolves the symbolic links of a path inside the container.</summary>
    string ResolvePath(string path);

    /// <summary>Creates a directory and those above it, as far as they are missing.</summary>
    /// <param name="path">Path in the container.</param>
    /// <param name="user">Owner of new directories, as in USER; empty for root.</param>
    void MakeDirectory(string path, string user);

    /// <summary>Writes the image.</summary>
    /// <param name="request">Properties of the image.</param>
    /// <param name="before">History entries without a layer to put before that of the commit. They stay in the container.</param>
    /// <param name="cancellationToken">Stops it while files are read.</param>
    CommitOutcome Commit(CommitRequest request, IReadOnlyList<History> before, CancellationToken cancellationToken);

    /// <summary>Mounts the root filesystem for a copy from it, and returns its path.</summary>
    string Mount();

    /// <summary>Undoes every <see cref="Mount"/>.</summary>
    void Unmount();

    /// <summary>Writes config and annotations to the store, for a later command, and removes what an earlier try of the build has kept.</summary>
    /// <param name="build">Identifies the build; null for one that is not repeated.</param>
    void KeepFailed(string? build);

    /// <summary>Removes the container from the store.</summary>
    void Remove();
}
