using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Storage.Containers;
using BuildSharp.Storage.Images;
using BuildSharp.Storage.Layers;
using BuildSharp.Storage.Locking;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Checking;

/// <summary>Repairs a store. All locks are held from the examination to the last change, so the state examined is the state
/// changed.</summary>
/// <param name="session">The store; every part of it may be changed.</param>
/// <param name="examination">Finds the faults.</param>
/// <param name="images">The images.</param>
/// <param name="containers">The containers, whose directories are removed.</param>
/// <param name="recovery">Repairs what a killed commit left.</param>
internal sealed class StoreRepair(
    StoreSession session, StoreExamination examination, ImageStore images, ContainerStore containers, AdoptionRecovery recovery)
{
    private const int MostRounds = 10;

    private readonly StorePlace _place = session.Place;

    /// <summary>Removes what killed processes left. A failure is ignored: if it matters, the command that called this reports it
    /// itself.</summary>
    internal bool TryClearUp()
    {
        try
        {
            // A layer without an image may belong to a pull that will be resumed, whatever the layer's age.
            var options = new CheckOptions { IsQuick = true, UnusedLayerAge = TimeSpan.FromDays(36_500) };
            foreach (var finding in Run(options, [], IsRestOfWork).Where(finding => finding.Outcome != FindingOutcome.Kept))
            {
                _place.Options.Debug?.Report($"after a process that was killed: {finding.Text}");
            }

            return true;
        }
        catch (BuildSharpException e)
        {
            _place.Options.Debug?.Report(e.Message);
            return false;
        }
    }

    /// <summary>Applies the remedies of all findings until no finding can be repaired.</summary>
    /// <param name="options">What the repair may remove.</param>
    /// <param name="digests">Layers that differ from their records. Repaired ones are removed from it.</param>
    /// <param name="isMeant">Selects the findings to repair; null for all.</param>
    internal List<Finding> Run(CheckOptions options, Dictionary<StoredLayer, LayerProblem> digests, Func<Finding, bool>? isMeant = null)
    {
        var done = new List<Finding>();
        var refused = new Dictionary<Remedy, string>();
        _place.MakeAll();
        StagingDirectory? staging = null;
        try
        {
            using var storage = session.StorageLock.Write();
            using var layersHeld = new LayerTransaction(_place, session.Layers.Own, session.Mounts);
            var layersElsewhere = session.Layers.Elsewhere();
            using var imagesHeld = images.Write();
            var imagesElsewhere = session.Images.Elsewhere();
            using var containersHeld = session.Containers.Lock.Write();
            staging = StagingDirectory.Create(_place.Directories.Staging);
            var held = new Holdings(layersHeld, imagesHeld, containersHeld, staging);
            for (var round = 0; ; round++)
            {
                var found = examination.Examine(
                    options, digests, layersHeld.Set, layersElsewhere, imagesHeld.Set, imagesElsewhere, ContainersNow(held));
                var next = found.Where(finding => Reason(finding) is null && isMeant?.Invoke(finding) != false).ToList();
                if (next.Count == 0 || round == MostRounds)
                {
                    done.AddRange(found.Select(finding => finding with { Outcome = FindingOutcome.Kept, Reason = Reason(finding) }));
                    return done;
                }

                // One remedy may resolve several findings or reveal another, so examine again after each kind.
                var kind = next[0].Remedy!.GetType();
                foreach (var finding in next.Where(finding => finding.Remedy!.GetType() == kind).DistinctBy(finding => finding.Remedy))
                {
                    try
                    {
                        Apply(finding.Remedy!, held);
                    }
                    catch (BuildSharpException e) when (IsRemoval(finding.Remedy!) && StoreErrors.IsRefusedRemoval(e))
                    {
                        refused.Add(finding.Remedy!, e.Message);
                        continue;
                    }

                    if (finding.Remedy is Remedy.RestoreAttributes restored)
                    {
                        // The digests are read only once, so remove the repaired layer from that result.
                        digests.Remove(restored.Layer);
                    }

                    done.Add(finding with { Outcome = IsRemoval(finding.Remedy!) ? FindingOutcome.Removed : FindingOutcome.Mended });
                }
            }
        }
        finally
        {
            staging?.Dispose();
            session.Mounts.ReleaseHomeAtEnd();
        }

        string? Reason(Finding finding) =>
            finding.Remedy is { } remedy && refused.TryGetValue(remedy, out var reason) ? reason : WhyKept(finding, options);
    }

    /// <summary>Whether a killed process can have left it: a leftover, a mount and its count, or an unfinished adoption.</summary>
    private static bool IsRestOfWork(Finding finding) =>
        finding.Kind == FindingKind.Leftover || finding.Remedy is Remedy.ForgetMount or Remedy.Unmount or Remedy.SettleAdoption;

    private static string? WhyKept(Finding finding, CheckOptions options) => finding switch
    {
        { Remedy: null } => "it cannot be repaired here",
        { Kind: FindingKind.Damage } when !options.Force => "it cannot be mended, only removed; --force does that",
        _ => null,
    };

    private static bool IsRemoval(Remedy remedy) =>
        remedy is Remedy.RemoveLayer or Remedy.RemovePath or Remedy.RemoveStaged or Remedy.Discard;

    private RecordSet<StoredContainer> ContainersNow(Holdings held) => session.Containers.Current(held.Containers);

    private LayerUsers UsersNow(Holdings held) => new(held.Images.Set, ContainersNow(held));

    private void Apply(Remedy remedy, Holdings held)
    {
        try
        {
            switch (remedy)
            {
                case Remedy.RemoveLayer remove:
                    RemoveWithLayersAbove(remove.Id, held);
                    break;
                case Remedy.RemovePath remove:
                    TakeAway(remove.Path, held.Staging);
                    break;
                case Remedy.RemoveStaged staged:
                    StagingDirectory.RemoveStale(staged.Root, staged.Name, place =>
                    {
                        if (InterruptedRemoval.Read(place) is { } removal)
                        {
                            held.Layers.Finish(removal, UsersNow(held));
                        }
                    });
                    break;
                case Remedy.Relink relink:
                    _place.Driver.Links!.Relink(relink.LayerId, relink.Link);
                    break;
                case Remedy.RewriteLowers rewrite:
                    _place.Driver.Links!.ReplaceLowers(rewrite.LayerId, [.. ChainBelow(rewrite.LayerId, held)]);
                    break;
                case Remedy.RestoreAttributes restore:
                    using (var tree = DirectoryHandle.Open(_place.Driver.ContentPath(restore.Layer.Id)))
                    {
                        TreeExamination.Restore(tree, restore.Entries, StoreExamination.OwnersTold(restore.Layer));
                    }

                    break;
                case Remedy.SettleAdoption adoption:
                    recovery.Settle(adoption.ContainerId, held.Layers, held.Images.Set, held.Containers);
                    break;
                case Remedy.ForgetMount forget:
                    session.Mounts.Change(counts => counts.RemoveAll(count => count.LayerId == forget.LayerId));
                    break;
                case Remedy.Unmount unmount:
                    BuildSharp.Linux.Mount.Detach(unmount.Path);
                    session.Mounts.Change(counts => counts.RemoveAll(count => count.Path == unmount.Path));
                    break;
                case Remedy.DropName drop:
                    DropName(drop, held);
                    break;
                case Remedy.Discard discard:
                    Discard(discard, held);
                    break;
            }
        }
        catch (LinuxException e)
        {
            throw StoreErrors.Describe(e, "repair", e.Path ?? _place.Options.GraphRoot);
        }
    }

    private void TakeAway(string path, StagingDirectory staging)
    {
        var name = Path.GetFileName(path);
        if (StoreContents.IsId(name) && Path.GetDirectoryName(path) == _place.Directories.LayersHome)
        {
            _place.Driver.TakeAway(name, staging);
        }
        else
        {
            staging.TakeAway(path);
        }
    }

    private IEnumerable<string> ChainBelow(string layerId, Holdings held)
    {
        var set = session.Layers.With(held.Layers.Set);
        var left = set.Items.Count;
        for (var id = set.ById(layerId)?.Parent; id is not null && left-- > 0; id = set.ById(id)?.Parent)
        {
            yield return id;
        }
    }

    private void DropName(Remedy.DropName drop, Holdings held)
    {
        switch (drop.Kind)
        {
            case RecordKind.Layer:
                held.Layers.Save(Without(held.Layers.Set, record => record with { Names = Kept(record) }));
                break;
            case RecordKind.Image:
                held.Images.Save(Without(held.Images.Set, record => record with { Names = Kept(record) }));
                break;
            case RecordKind.Container:
                session.Containers.Save(held.Containers, Without(ContainersNow(held), record => record with { Names = Kept(record) }));
                break;
        }

        RecordSet<T> Without<T>(RecordSet<T> set, Func<T, T> change)
            where T : StoredRecord => set.With(change(set.ById(drop.Id)!));

        IReadOnlyList<string> Kept(StoredRecord record) => [.. record.Names.Where(name => name != drop.Name)];
    }

    /// <summary>Removes a record and everything that depends on it: containers first, then images, then layers from the top.</summary>
    private void Discard(Remedy.Discard discard, Holdings held)
    {
        HashSet<string> doomed = discard.Kind == RecordKind.Layer ? [discard.Id, .. LayersAbove(discard.Id, held.Layers.Set)] : [];
        foreach (var container in ContainersNow(held).Items.ToList())
        {
            if (container.Id == discard.Id || doomed.Contains(container.LayerId) || container.ImageId == discard.Id)
            {
                DiscardContainer(container, held);
            }
        }

        foreach (var image in held.Images.Set.Items.ToList())
        {
            if (image.Id == discard.Id || image.MappedLayers.Append(image.TopLayer).Any(top => top is not null && doomed.Contains(top)))
            {
                held.Images.Save(held.Images.Set.Without(image.Id));
                held.Staging.TakeAway(Path.Combine(_place.Directories.Images, image.Id));
                foreach (var top in image.MappedLayers.Append(image.TopLayer).OfType<string>())
                {
                    RemoveUnused(top, held);
                }
            }
        }

        if (discard.Kind == RecordKind.Layer)
        {
            RemoveWithLayersAbove(discard.Id, held);
        }
    }

    private void DiscardContainer(StoredContainer container, Holdings held)
    {
        held.Layers.UnmountAll(container.LayerId);
        session.Containers.Save(held.Containers, ContainersNow(held).Without(container.Id));
        containers.RemoveDirectories(container.Id);
        RemoveUnused(container.LayerId, held);
    }

    /// <summary>Removes a layer and its ancestors, up to the first one in use.</summary>
    private void RemoveUnused(string layerId, Holdings held)
    {
        for (var layer = held.Layers.Set.ById(layerId);
            layer is not null && !UsersNow(held).Need(layer, held.Layers.Set);
            layer = layer.Parent is null ? null : held.Layers.Set.ById(layer.Parent))
        {
            held.Layers.UnmountAll(layer.Id);
            held.Layers.Remove(layer, held.Staging);
        }
    }

    private static void RemoveWithLayersAbove(string id, Holdings held)
    {
        var set = held.Layers.Set;
        foreach (var layer in LayersAbove(id, set).Append(id).Select(set.ById).OfType<StoredLayer>().ToList())
        {
            held.Layers.UnmountAll(layer.Id);
            held.Layers.Remove(layer, held.Staging);
        }
    }

    /// <summary>Layers based on the layer, the most distant first.</summary>
    private static IEnumerable<string> LayersAbove(string id, RecordSet<StoredLayer> set)
    {
        var found = new List<string> { id };
        for (var next = 0; next < found.Count; next++)
        {
            found.AddRange(set.Items.Where(layer => layer.Parent == found[next] && !found.Contains(layer.Id)).Select(layer => layer.Id));
        }

        return found.Skip(1).Reverse();
    }

    /// <summary>The locks that a repair holds.</summary>
    private sealed record Holdings(LayerTransaction Layers, ImageTransaction Images, StoreLock.Holding Containers, StagingDirectory Staging);
}
