using BuildSharp.Linux;

namespace BuildSharp.Storage.Checking;

/// <summary>Compares the mount counts with the kernel's mount tables.</summary>
internal static class MountExamination
{
    internal static IEnumerable<Finding> Examine(StoreContents store)
    {
        var here = MountTable.Read().Select(entry => entry.MountPoint).ToHashSet(StringComparer.Ordinal);
        foreach (var count in store.Mounts)
        {
            if (store.Layer(count.LayerId) is null)
            {
                yield return new Finding(FindingKind.Fault, $"layer {count.LayerId} is counted as mounted at {count.Path}, but is no layer")
                {
                    // A count may name any path. A path that is not the mount point of a layer in this store is never unmounted.
                    Remedy = here.Contains(count.Path) && IsMountOfALayer(store, count.Path) ? new Remedy.Unmount(count.Path) : new Remedy.ForgetMount(count.LayerId),
                };
            }
            else if (store.Driver.MountsLayers && !here.Contains(count.Path) && !MountNamespaces.AnyHas(count.Path))
            {
                // Look at other mount namespaces too: a count that a running container relies on stays.
                yield return new Finding(FindingKind.Fault, $"{store.TitleOfLayer(count.LayerId)} is counted as mounted {count.Count} times at {count.Path}, but is not mounted")
                {
                    Remedy = new Remedy.ForgetMount(count.LayerId),
                };
            }
        }

        if (!store.Driver.MountsLayers)
        {
            yield break;
        }

        var counted = store.Mounts.Select(count => count.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var path in here.Where(path => IsMountOfALayer(store, path) && !counted.Contains(path)))
        {
            yield return new Finding(FindingKind.Fault, $"{path} is mounted, but nobody counts it")
            {
                Remedy = new Remedy.Unmount(path),
            };
        }
    }

    private static bool IsMountOfALayer(StoreContents store, string path) =>
        path.EndsWith("/merged", StringComparison.Ordinal)
        && Path.GetDirectoryName(Path.GetDirectoryName(path)) is { } home
        && (home == store.Directories.Home || home == Path.Combine(store.Directories.RunRoot, "overlay"))
        && StoreContents.IsId(Path.GetFileName(Path.GetDirectoryName(path)!));
}
