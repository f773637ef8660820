using System.Text.Json;
using BuildSharp.Linux;
using BuildSharp.Oci.Json;

namespace BuildSharp.Storage.Checking;

/// <summary>Compares container records with the containers' directories in the graph root and in the run root.</summary>
internal static class ContainerExamination
{
    internal static IEnumerable<Finding> Examine(StoreContents store)
    {
        foreach (var container in store.Containers.Items)
        {
            var directory = Path.Combine(store.Directories.Containers, container.Id);
            foreach (var problem in DataFiles.Problems(directory, container.BigDataNames, container.BigDataSizes).Concat(WrongState(directory)))
            {
                yield return new Finding(FindingKind.Damage, $"{StoreContents.Title(container)}: {problem}")
                {
                    Remedy = new Remedy.Discard(RecordKind.Container, container.Id),
                };
            }
        }

        foreach (var finding in WithoutRecord(store))
        {
            yield return finding;
        }
    }

    /// <summary>Checks that the builder's state file is valid JSON. The builder alone interprets its fields.</summary>
    private static IEnumerable<string> WrongState(string directory)
    {
        var path = Path.Combine(directory, "userdata/buildah.json");
        var state = DataFiles.TryRead(path, out var problem);
        if (problem is not null)
        {
            yield return problem;
        }
        else if (state is not null && Mistake(state) is { } mistake)
        {
            yield return $"{path} is not valid JSON{mistake}";
        }
    }

    private static string? Mistake(byte[] text)
    {
        try
        {
            UnambiguousJson.Require(text);
            return null;
        }
        catch (JsonException)
        {
            return "";
        }
        catch (FormatException e)
        {
            return $": {e.Message}";
        }
    }

    private static IEnumerable<Finding> WithoutRecord(StoreContents store)
    {
        foreach (var parent in new[] { store.Directories.Containers, store.Directories.RunContainers })
        {
            foreach (var name in StoreContents.Entries(parent).Select(entry => entry.NameText))
            {
                var path = Path.Combine(parent, name);
                if (StoreContents.IsId(name) && store.Containers.ById(name) is null)
                {
                    yield return new Finding(FindingKind.Leftover, $"{path}: belongs to no container")
                    {
                        // A directory with a mount below it may be in use.
                        Remedy = MountTable.Read().Any(entry => entry.MountPoint.StartsWith(path + "/", StringComparison.Ordinal))
                            ? null
                            : new Remedy.RemovePath(path),
                    };
                }
            }
        }
    }
}
