using BuildSharp.Containers;
using BuildSharp.Containers.Adding;
using BuildSharp.Containers.Committing;
using BuildSharp.Oci;
using BuildSharp.Running;
using BuildSharp.Storage;

namespace BuildSharp.Build;

/// <summary>A stage's container in a store.</summary>
internal sealed class StageContainer(WorkingContainer container, Store store) : IStageContainer
{
    public string Name => container.Name;

    public string? FromImage => container.FromImage;

    public ImageConfig Image
    {
        get => container.Image;
        set => container.Image = value;
    }

    public IEnumerable<KeyValuePair<string, string>> Annotations
    {
        get => container.Annotations;
        set => container.ReplaceAnnotations(value);
    }

    public AddResult Add(AddRequest request, CancellationToken cancellationToken) => container.Add(request, cancellationToken);

    public AddResult? TryHash(AddRequest request, CancellationToken cancellationToken) => container.TryHash(request, cancellationToken);

    public Task<int> RunAsync(RunRequest request, bool discardsVolumes, CancellationToken cancellationToken) =>
        discardsVolumes ? RunBesideVolumesAsync(request, cancellationToken) : container.RunAsync(request, cancellationToken);

    public string ResolvePath(string path) => container.ResolvePath(path);

    public void MakeDirectory(string path, string user) => container.MakeDirectory(path, user);

    public CommitOutcome Commit(CommitRequest request, IReadOnlyList<History> before, CancellationToken cancellationToken)
    {
        foreach (var entry in before)
        {
            container.PrependedEmptyLayers.Add(entry);
        }

        return container.Commit(request, cancellationToken);
    }

    public string Mount() => container.Mount();

    // Only the build has mounted the container: once for each copy from it.
    public void Unmount()
    {
        while (container.Unmount())
        {
        }
    }

    public void KeepFailed(string? build)
    {
        container.Save();
        if (build is null)
        {
            return;
        }

        foreach (var before in WorkingContainer.ListFailed(store, build))
        {
            before.Remove();
        }

        container.MarkFailed(build);
    }

    public void Remove() => container.Remove();

    /// <summary>Runs a command with a temporary copy of every volume mounted over it, so that its writes are discarded.</summary>
    private async Task<int> RunBesideVolumesAsync(RunRequest request, CancellationToken cancellationToken)
    {
        var root = container.Mount();
        try
        {
            List<string> paths = [.. container.Image.Config.Volumes.Select(container.ResolvePath).Where(path => path != "/").Distinct()];
            // The copy of a volume includes the volumes below it.
            var volumes = paths.Where(path => !paths.Any(above => path.StartsWith(above + "/", StringComparison.Ordinal)))
                .Select(path => new BindMount { Destination = path, Source = root + path, Options = ["rw", "private", "rbind"], DiscardsWrites = true });
            return await container.RunAsync(request with { Mounts = [.. volumes, .. request.Mounts] }, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            container.Unmount();
        }
    }
}
