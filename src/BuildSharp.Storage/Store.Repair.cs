using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Storage;

// Setting a store right. All locks are held from the examination to the last change, so what was found is what is changed.
public sealed partial class Store
{
    /// <summary>Removes what killed processes left half done. A store that cannot be repaired now is no failure: the command that has
    /// brought us here says what it cannot do.</summary>
    private bool TryClearUp()
    {
        try
        {
            // Layers without an image may be wanted by a pull that goes on, however long its first part is ago.
            var options = new CheckOptions { IsQuick = true, UnusedLayerAge = TimeSpan.FromDays(36_500) };
            foreach (var finding in Repair(options, [], IsRestOfWork).Where(finding => finding.Outcome != FindingOutcome.Kept))
            {
                Options.Debug?.Report($"after a process that was killed: {finding.Text}");
            }

            return true;
        }
        catch (BuildSharpException e)
        {
            Options.Debug?.Report(e.Message);
            return false;
        }
    }

    /// <summary>Whether a killed process can have left it: rubbish, a mount and its count, a half-done adoption.</summary>
    private static bool IsRestOfWork(Finding finding) =>
        finding.Kind == FindingKind.Leftover || finding.Remedy is Remedy.ForgetMount or Remedy.Unmount or Remedy.SettleAdoption;

    /// <param name="options">What is looked for.</param>
    /// <param name="digests">Layers whose content is not what their digest says.</param>
    /// <param name="isMeant">Which findings are to be repaired; null for all.</param>
    private List<Finding> Repair(CheckOptions options, Dictionary<StoredLayer, LayerProblem> digests, Func<Finding, bool>? isMeant = null)
    {
        var done = new List<Finding>();
        var refused = new Dictionary<Remedy, string>();
        MakeAll();
        StagingDirectory? staging = null;
        try
        {
            using var storage = _storageLock.Write();
            using var layersHeld = _layers.Lock.Write();
            var layersElsewhere = Elsewhere(_readOnlyLayers);
            using var imagesHeld = _images.Lock.Write();
            var imagesElsewhere = Elsewhere(_readOnlyImages);
            using var containersHeld = _containers.Lock.Write();
            staging = StagingDirectory.Create(_directories.Staging);
            var repair = new Holdings(layersHeld, imagesHeld, containersHeld, staging);
            for (var round = 0; ; round++)
            {
                var found = Examine(
                    options, digests, _layers.Current(layersHeld), layersElsewhere, _images.Current(imagesHeld), imagesElsewhere, _containers.Current(containersHeld));
                var next = found.Where(finding => Reason(finding).Length == 0 && isMeant?.Invoke(finding) != false).ToList();
                if (next.Count == 0 || round == MostRounds)
                {
                    done.AddRange(found.Select(finding => finding with { Outcome = FindingOutcome.Kept, Reason = Reason(finding) }));
                    return done;
                }

                // One remedy may settle several findings, and another may come to light: look again after each kind.
                var kind = next[0].Remedy!.GetType();
                foreach (var finding in next.Where(finding => finding.Remedy!.GetType() == kind).DistinctBy(finding => finding.Remedy))
                {
                    try
                    {
                        Apply(finding.Remedy!, repair);
                    }
                    catch (BuildSharpException e) when (IsRemoval(finding.Remedy!) && StoreErrors.IsRefusedRemoval(e))
                    {
                        refused.Add(finding.Remedy!, e.Message);
                        continue;
                    }

                    if (finding.Remedy is Remedy.RestoreAttributes restored)
                    {
                        // What was found by reading all content is not looked for again.
                        digests.Remove(restored.Layer);
                    }

                    done.Add(finding with { Outcome = IsRemoval(finding.Remedy!) ? FindingOutcome.Removed : FindingOutcome.Mended });
                }
            }
        }
        finally
        {
            staging?.Dispose();
            ShutDownIfIdle();
        }

        string Reason(Finding finding) =>
            finding.Remedy is { } remedy && refused.TryGetValue(remedy, out var reason) ? reason : WhyKept(finding, options);
    }

    private static string WhyKept(Finding finding, CheckOptions options) => finding switch
    {
        { Remedy: null } => "it cannot be repaired here",
        { Kind: FindingKind.Damage } when !options.Force => "it cannot be mended, only removed; --force does that",
        _ => "",
    };

    private static bool IsRemoval(Remedy remedy) =>
        remedy is Remedy.RemoveLayer or Remedy.RemovePath or Remedy.RemoveStaged or Remedy.Discard;

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
                            Finish(removal, held.Layers, _layers.Current(held.Layers), _images.Current(held.Images), _containers.Current(held.Containers));
                        }
                    });
                    break;
                case Remedy.Relink relink:
                    _driver.Links!.Relink(relink.LayerId, relink.Link);
                    break;
                case Remedy.RewriteLowers rewrite:
                    _driver.Links!.ReplaceLowers(rewrite.LayerId, [.. ChainBelow(rewrite.LayerId, held)]);
                    break;
                case Remedy.RestoreAttributes restore:
                    using (var tree = DirectoryHandle.Open(_driver.ContentPath(restore.Layer.Id)))
                    {
                        TreeExamination.Restore(tree, restore.Entries, OwnersTold(restore.Layer));
                    }

                    break;
                case Remedy.SettleAdoption adoption:
                    SettleAdoption(adoption.ContainerId, held.Layers, _images.Current(held.Images), held.Containers);
                    break;
                case Remedy.ForgetMount forget:
                    ChangeCounts(counts => counts.RemoveAll(count => count.LayerId == forget.LayerId));
                    break;
                case Remedy.Unmount unmount:
                    Linux.Mount.Detach(unmount.Path);
                    ChangeCounts(counts => counts.RemoveAll(count => count.Path == unmount.Path));
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
            throw StoreErrors.Describe(e, "repair", e.Path ?? Options.GraphRoot);
        }
    }

    private void TakeAway(string path, StagingDirectory staging)
    {
        var name = Path.GetFileName(path);
        if (StoreContents.IsId(name) && Path.GetDirectoryName(path) == _directories.LayersHome)
        {
            _driver.TakeAway(name, staging);
        }
        else
        {
            staging.TakeAway(path);
        }
    }

    private void ChangeCounts(Action<List<MountCount>> change)
    {
        using var held = _mounts.Lock.Write();
        var counts = _mounts.Read();
        change(counts);
        _mounts.Save(held, counts);
    }

    private IEnumerable<string> ChainBelow(string layerId, Holdings held)
    {
        var set = WithReadOnly(_layers.Current(held.Layers));
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
                _layers.Save(held.Layers, Without(_layers.Current(held.Layers), record => record with { Names = Kept(record) }));
                break;
            case RecordKind.Image:
                _images.Save(held.Images, Without(_images.Current(held.Images), record => record with { Names = Kept(record) }));
                break;
            case RecordKind.Container:
                _containers.Save(held.Containers, Without(_containers.Current(held.Containers), record => record with { Names = Kept(record) }));
                break;
        }

        RecordSet<T> Without<T>(RecordSet<T> set, Func<T, T> change)
            where T : StoredRecord => set.With(change(set.ById(drop.Id)!));

        IReadOnlyList<string> Kept(StoredRecord record) => [.. record.Names.Where(name => name != drop.Name)];
    }

    /// <summary>Removes a record and all that cannot be without it: containers first, then images, then layers from the top.</summary>
    private void Discard(Remedy.Discard discard, Holdings held)
    {
        var layerSet = _layers.Current(held.Layers);
        HashSet<string> doomed = discard.Kind == RecordKind.Layer ? [discard.Id, .. LayersAbove(discard.Id, layerSet)] : [];
        foreach (var container in _containers.Current(held.Containers).Items.ToList())
        {
            if (container.Id == discard.Id || doomed.Contains(container.LayerId) || container.ImageId == discard.Id)
            {
                DiscardContainer(container, held);
            }
        }

        foreach (var image in _images.Current(held.Images).Items.ToList())
        {
            if (image.Id == discard.Id || image.MappedLayers.Append(image.TopLayer).Any(top => top is not null && doomed.Contains(top)))
            {
                _images.Save(held.Images, _images.Current(held.Images).Without(image.Id));
                held.Staging.TakeAway(Path.Combine(_directories.Images, image.Id));
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
        UnmountAll(container.LayerId);
        _containers.Save(held.Containers, _containers.Current(held.Containers).Without(container.Id));
        RemoveContainerDirectories(container.Id);
        RemoveUnused(container.LayerId, held);
    }

    /// <summary>Removes a layer and those below it, up to the first that something stands on.</summary>
    private void RemoveUnused(string layerId, Holdings held)
    {
        var set = _layers.Current(held.Layers);
        for (var layer = set.ById(layerId);
            layer is not null && IsUnneeded(layer, set, _images.Current(held.Images), _containers.Current(held.Containers));
            layer = layer.Parent is null ? null : set.ById(layer.Parent))
        {
            UnmountAll(layer.Id);
            set = RemoveLayer(held.Layers, set, layer, held.Staging);
        }
    }

    private void RemoveWithLayersAbove(string id, Holdings held)
    {
        var set = _layers.Current(held.Layers);
        foreach (var layer in LayersAbove(id, set).Append(id).Select(set.ById).OfType<StoredLayer>().ToList())
        {
            UnmountAll(layer.Id);
            set = RemoveLayer(held.Layers, set, layer, held.Staging);
        }
    }

    /// <summary>The layers that stand on a layer, those furthest above first.</summary>
    private static IEnumerable<string> LayersAbove(string id, RecordSet<StoredLayer> set)
    {
        var found = new List<string> { id };
        for (var next = 0; next < found.Count; next++)
        {
            found.AddRange(set.Items.Where(layer => layer.Parent == found[next] && !found.Contains(layer.Id)).Select(layer => layer.Id));
        }

        return found.Skip(1).Reverse();
    }

    /// <summary>The locks of a repair.</summary>
    private sealed record Holdings(StoreLock.Holding Layers, StoreLock.Holding Images, StoreLock.Holding Containers, StagingDirectory Staging);
}
