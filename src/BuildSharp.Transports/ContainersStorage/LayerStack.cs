using BuildSharp.Oci;
using BuildSharp.Oci.Reporting;
using BuildSharp.Storage;
using BuildSharp.Storage.Layers;
using BuildSharp.Storage.Records;

namespace BuildSharp.Transports.ContainersStorage;

/// <summary>The layers of one image on their way into a store. They are unpacked in any order and become visible from the lowest up, as
/// many together as are complete, because a layer's record needs that of the layer below. Members may be called from several threads at
/// once.</summary>
/// <remarks>Each layer that must be fetched is claimed first, so that of two processes that need it one waits for the other. A claim is
/// kept until the layer is visible, and waits only for layers below it, so no two processes wait for each other.</remarks>
/// <param name="store">The store.</param>
/// <param name="diffIds">Diff IDs of the layers, from the lowest up.</param>
internal sealed class LayerStack(Store store, IReadOnlyList<DiffId> diffIds) : IDisposable
{
    private static readonly TimeSpan ClaimInterval = TimeSpan.FromMilliseconds(50);

    private readonly Lock _publishing = new();
    private readonly Place[] _places = PlacesOf(diffIds);
    private int _published;

    /// <summary>Id of the highest layer; null for an image without layers.</summary>
    public string? Top => _places.Length == 0 ? null : _places[^1].Id;

    /// <summary>Takes the layer from the store: the layer itself, or a copy of the same diff on another parent. Otherwise claims
    /// it.</summary>
    /// <param name="index">Index of the layer from the bottom.</param>
    /// <param name="blob">Digest of its blob.</param>
    /// <param name="cancellationToken">Stops waiting for another process.</param>
    /// <returns>Whether the layer need not be fetched.</returns>
    public async ValueTask<bool> TryTakeAsync(int index, Digest blob, CancellationToken cancellationToken)
    {
        if (TryFind(index))
        {
            return true;
        }

        var place = _places[index];
        place.Claim ??= store.Layers.TryClaim(place.Id);
        if (place.Claim is null)
        {
            var told = $"waiting for another process that fetches layer {index + 1}";
            store.Options.Debug?.Report(told);
            using var shown = ProgressItem.Start(store.Options.Progress, ProgressKind.Wait, told);
            while ((place.Claim = store.Layers.TryClaim(place.Id)) is null)
            {
                // The wait must end at once when it is cancelled, which the kernel's own wait for a lock does not.
                await Task.Delay(ClaimInterval, cancellationToken).ConfigureAwait(false);
            }
        }

        if (TryFind(index))
        {
            return true;
        }

        var first = Array.FindIndex(_places, other => other.DiffId == place.DiffId);
        if (first < index)
        {
            await _places[first].Visible.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        if (CopyFromOtherParent(place, blob, cancellationToken) is not { } copy)
        {
            return false;
        }

        Add(index, copy);
        return true;
    }

    /// <summary>Unpacks a layer, and makes it visible if all layers below it are; otherwise the one that is still missing below does
    /// that.</summary>
    /// <param name="index">Index of the layer from the bottom.</param>
    /// <param name="content">The layer's bytes in any supported compression.</param>
    /// <param name="verified">Digest and size that the stream verifies; null when they are not known.</param>
    /// <param name="cancellationToken">Stops the unpacking.</param>
    /// <returns>The record that the store has or will have.</returns>
    public StoredLayer Import(int index, Stream content, (Digest Digest, long Size)? verified, CancellationToken cancellationToken)
    {
        var place = _places[index];
        var unpacked = store.Layers.Unpack(new LayerImport
        {
            ParentId = place.ParentId,
            Tar = content,
            Expected = place.DiffId,
            Verified = verified,
            Cancellation = cancellationToken,
            Name = $"layer {index + 1}",
        });
        Add(index, unpacked);
        return unpacked.Record;
    }

    /// <summary>Removes what did not become visible.</summary>
    public void Dispose()
    {
        foreach (var place in _places)
        {
            place.Clear();
        }
    }

    private static Place[] PlacesOf(IReadOnlyList<DiffId> diffIds)
    {
        var places = new Place[diffIds.Count];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = new Place(i == 0 ? null : places[i - 1].Id, diffIds[i]);
        }

        return places;
    }

    private bool TryFind(int index)
    {
        var place = _places[index];
        if (store.Layers.Find(place.ParentId, place.DiffId) is null)
        {
            return false;
        }

        Add(index, null);
        return true;
    }

    // The store may have the same diff on another parent. That is another layer, but its tar can be copied from there.
    private UnpackedLayer? CopyFromOtherParent(Place place, Digest blob, CancellationToken cancellationToken)
    {
        foreach (var equal in store.Layers.ByDigest(place.DiffId.Value).Where(layer => layer.DiffId == place.DiffId && !layer.IsIncomplete))
        {
            try
            {
                using var tar = store.Layers.OpenTar(equal.Id);
                return store.Layers.Unpack(new LayerImport
                {
                    ParentId = place.ParentId,
                    Tar = tar.Content,
                    Expected = place.DiffId,
                    SameBlob = equal.CompressedDigest == blob ? equal : null,
                    Cancellation = cancellationToken,
                    Name = $"layer {equal.Id} of the store",
                });
            }
            catch (BuildSharpException)
            {
                // Another process removed the layer, or it is damaged; the source still has it.
            }
        }

        return null;
    }

    // While one thread publishes, the others put down what they have unpacked, and the next one publishes all of it with one flush.
    private void Add(int index, UnpackedLayer? unpacked)
    {
        var place = _places[index];
        place.Unpacked = unpacked;
        place.IsComplete = true;
        lock (_publishing)
        {
            var ready = _places.Skip(_published).TakeWhile(next => next.IsComplete).ToList();
            var added = ready.Select(next => next.Unpacked).OfType<UnpackedLayer>().ToList();
            if (added.Count > 0)
            {
                store.Layers.Publish(added);
            }

            foreach (var next in ready)
            {
                next.Clear();
                next.Visible.TrySetResult();
            }

            _published += ready.Count;
        }
    }

    private sealed class Place(string? parentId, DiffId diffId)
    {
        private volatile bool _isComplete;

        public string? ParentId => parentId;

        public DiffId DiffId => diffId;

        public string Id { get; } = LayerStore.IdFor(parentId, diffId);

        public LayerClaim? Claim { get; set; }

        public UnpackedLayer? Unpacked { get; set; }

        /// <summary>Whether the layer is in the store or unpacked.</summary>
        public bool IsComplete { get => _isComplete; set => _isComplete = value; }

        public TaskCompletionSource Visible { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Clear()
        {
            using (Claim)
            using (Unpacked)
            {
                (Claim, Unpacked) = (null, null);
            }
        }
    }
}
