using BuildSharp.Containers.State;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Records;

namespace BuildSharp.Containers;

public sealed partial class WorkingContainer
{
    /// <summary>Finds a container by name, ID or ID prefix.</summary>
    /// <exception cref="BuildSharpException">There is no such container, or another tool created it.</exception>
    public static WorkingContainer Open(Store store, string nameOrId, TimeProvider? time = null) =>
        TryOpen(store, nameOrId, time) ?? throw new BuildSharpException($"reading build container \"{nameOrId}\": container not known");

    /// <summary>Finds a container; null when there is none or another tool created it.</summary>
    public static WorkingContainer? TryOpen(Store store, string nameOrId, TimeProvider? time = null) =>
        store.Containers.Find(nameOrId) is { } record ? TryOpen(store, record, time ?? TimeProvider.System) : null;

    /// <summary>All working containers, in the order of the store.</summary>
    public static IReadOnlyList<WorkingContainer> List(Store store, TimeProvider? time = null) =>
    [
        .. store.Containers.All()
            .Select(record => TryOpen(store, record, time ?? TimeProvider.System))
            .OfType<WorkingContainer>(),
    ];

    private static WorkingContainer? TryOpen(Store store, StoredContainer record, TimeProvider time) =>
        ContainerState.TryRead(store.Containers.DirectoryOf(record.Id)) is { } state
            ? new WorkingContainer(store, record, state, time)
            : null;
}
