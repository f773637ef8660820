using BuildSharp.Cli.Commands.Building;
using BuildSharp.Cli.Commands.Images;
using BuildSharp.Cli.Flags;
using BuildSharp.Containers;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Configuration;
using BuildSharp.Storage.Records;

namespace BuildSharp.Cli.Commands.Stores;

/// <summary>Opens the store that the global flags, the environment and storage.conf select.</summary>
internal static class StoreAccess
{
    /// <remarks>Warns of unsupported storage.conf options. Ends commands that killed processes left running, then removes the files that
    /// those processes left. Costs a few system calls when there is nothing to clean up.</remarks>
    public static Store OpenStore(this Invocation call)
    {
        var options = Options(call);
        foreach (var warning in options.Warnings)
        {
            call.Log.Warning(warning);
        }

        var store = Store.Open(options with { Debug = call.Debug, Progress = call.Surroundings.Progress });
        WorkingContainer.EndAbandonedRunsAsync(store).GetAwaiter().GetResult();
        foreach (var failure in ScratchDirectory.RemoveAbandoned(FetchSettings.TemporaryDirectory(call)))
        {
            call.Log.Warning($"cannot remove what a killed process has left: {failure}");
        }

        return store;
    }

    /// <summary>Like <see cref="OpenStore"/>, for a call that mounts a container or touches the files of layers, which belong to several
    /// users. The verb says so before (<see cref="Verb.NeedsNamespace"/>).</summary>
    public static Store OpenStoreAsRoot(this Invocation call)
    {
        // The program would have started itself in a namespace otherwise.
        return ProcessIdentity.IsRoot ? call.OpenStore() : throw new InvalidOperationException($"{call.VerbName} opens the store without a namespace");
    }

    /// <summary>The store's settings, without opening it.</summary>
    public static StoreOptions Options(Invocation call) => Options(call.Flags, call.Surroundings.Environment);

    /// <inheritdoc cref="Options(Invocation)"/>
    public static StoreOptions Options(FlagValues flags, IReadOnlyDictionary<string, string> environment) => StorageConfiguration.Resolve(
        new StorageFlags
        {
            Root = flags.NonEmptyText("root"),
            RunRoot = flags.NonEmptyText("runroot"),
            Driver = flags.NonEmptyText("storage-driver"),
            Options = flags.IsSet("storage-opt") ? flags.All("storage-opt") : null,
        },
        environment);

    /// <summary>The working container with that name, ID or ID prefix.</summary>
    /// <exception cref="BuildSharpException">The store has no such container.</exception>
    public static WorkingContainer RequireContainer(this Store store, string name) =>
        WorkingContainer.TryOpen(store, name) ?? throw new BuildSharpException($"container not known{WorkingContainer.SuggestionFor(store, name)}");

    /// <summary>The image with that name, ID or ID prefix, after an optional <c>containers-storage:</c>; null when there is none.</summary>
    public static StoredImage? TryFindImage(this Store store, string name) => store.Images.Find(ImageName.TryStripStore(name, store) ?? name);

    /// <summary>Like <see cref="TryFindImage"/>, but fails when there is none.</summary>
    /// <exception cref="BuildSharpException">The store has no such image.</exception>
    public static StoredImage RequireImage(this Store store, string name) =>
        store.TryFindImage(name) ?? throw new BuildSharpException($"{name}: image not known{ImageName.SuggestionFor(store, name)}");
}
