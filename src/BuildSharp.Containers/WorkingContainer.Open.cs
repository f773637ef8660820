using BuildSharp.Containers.State;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Records;

namespace BuildSharp.Containers;

public sealed partial class WorkingContainer
{
    /// <summary>Finds a container by name, ID or ID prefix.</summary>
    /// <exception cref="BuildSharpException">There is no such container, or another tool created it.</exception>
    public static WorkingContainer Open(Store store, string nameOrId, TimeProvider? time = null) =>
        TryOpen(store, nameOrId, time)
        ?? throw new BuildSharpException($"reading build container \"{nameOrId}\": container not known{SuggestionFor(store, nameOrId)}");

    /// <summary><c> (did you mean X?)</c> with the name of a container that an unknown name resembles, or an empty string.</summary>
    public static string SuggestionFor(Store store, string name) => Suggestion.Clause(
        name, store.Containers.All().Where(record => File.Exists(Path.Combine(store.Containers.DirectoryOf(record.Id), ContainerState.FileName))).SelectMany(record => record.Names));

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

    /// <summary>The containers that failed tries of a build have left, by <see cref="MarkFailed"/>.</summary>
    /// <param name="build">Identifies the build.</param>
    public static IReadOnlyList<WorkingContainer> ListFailed(Store store, string build) =>
        [.. List(store).Where(container => File.Exists(container.FailureMark) && File.ReadAllText(container.FailureMark) == build)];

    private static WorkingContainer? TryOpen(Store store, StoredContainer record, TimeProvider time) =>
        ContainerState.TryRead(store.Containers.DirectoryOf(record.Id)) is { } state
            ? new WorkingContainer(store, record, state, time)
            : null;
}
