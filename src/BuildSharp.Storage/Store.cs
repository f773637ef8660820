using BuildSharp.Oci;
using BuildSharp.Storage.Checking;
using BuildSharp.Storage.Containers;
using BuildSharp.Storage.Drivers;
using BuildSharp.Storage.Images;
using BuildSharp.Storage.Layers;

namespace BuildSharp.Storage;

/// <summary>A store of layers, images and containers that buildah, podman, skopeo and CRI-O use at the same time.</summary>
/// <remarks>
/// Opening reads no record and changes nothing. Directories, locks and mounts are created when a call needs them. Every call acquires and
/// releases its locks, so a store may be used from several threads. Disposing unmounts the home when nothing of the store is mounted any
/// more, as the other tools do.
/// </remarks>
public sealed class Store : IDisposable
{
    private readonly StoreSession _session;
    private readonly StoreCheck _check;

    private Store(StoreSession session)
    {
        _session = session;
        var place = session.Place;
        var recovery = new AdoptionRecovery(place, session.Containers);
        Layers = new LayerStore(
            place, session.Layers, () => new LayerUsers(session.Images.Own.ReadOnce(), session.Containers.ReadOnce()), session.Mounts);
        Images = new ImageStore(place, session.Images, Layers, session.Containers);
        ManifestLists = new ManifestListStore(place, Images);
        Containers = new ContainerStore(place, session.Containers, Layers, Images, recovery);
        Commits = new ContainerCommits(place, Layers, Containers);
        Adoptions = new ContainerAdoptions(place, session.Containers, Layers, Images, Containers, recovery);
        var examination = new StoreExamination(session, Layers);
        var repair = new StoreRepair(session, examination, Images, Containers, recovery);
        _check = new StoreCheck(session, examination, repair);
        place.ClearUp = repair.TryClearUp;
    }

    /// <summary>The layers of images and containers.</summary>
    public LayerStore Layers { get; }

    /// <summary>The images.</summary>
    public ImageStore Images { get; }

    /// <summary>The images that are manifest lists.</summary>
    public ManifestListStore ManifestLists { get; }

    /// <summary>The containers.</summary>
    public ContainerStore Containers { get; }

    /// <summary>Commits containers that remain.</summary>
    public ContainerCommits Commits { get; }

    /// <summary>Commits containers that are removed by the commit.</summary>
    public ContainerAdoptions Adoptions { get; }

    /// <summary>The options with which the store was opened.</summary>
    public StoreOptions Options => _session.Place.Options;

    /// <summary>The driver in use: <c>overlay</c> or <c>vfs</c>.</summary>
    public string DriverName => _session.Place.Driver.Name;

    /// <summary>The name of this store in image references: <c>[driver@graphroot+runroot]</c>.</summary>
    public string Specification => $"[{DriverName}@{Options.GraphRoot}+{Options.RunRoot}]";

    /// <summary>Opens a store, which need not exist yet.</summary>
    /// <exception cref="BuildSharpException">The driver or one of its options is not supported, the store belongs to another user, or the
    /// limit of open files is too low.</exception>
    public static Store Open(StoreOptions options)
    {
        OpenFileLimit.Require(OpenFileLimit.OfStore);
        var name = DriverChoice.Of(options);
        options.Debug?.Report(
            $"store: {name} in {options.GraphRoot}, run root {options.RunRoot}, "
            + (options.ConfigurationFile is { } file ? $"configured by {file}" : "no configuration file")
            + (options.DriverOptions.Count > 0 ? $", options {string.Join(' ', options.DriverOptions)}" : "")
            + (options.AdditionalImageStores.Count > 0 ? $", additional stores {string.Join(' ', options.AdditionalImageStores)}" : ""));
        var session = new StoreSession(options, DriverChoice.Make(name, options));
        session.Place.Directories.RequireAccess();
        return new Store(session);
    }

    /// <summary>Properties of the driver for display, named as in the other tools; reads no record.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> DriverStatus() => _session.Place.Driver.Status();

    /// <summary>Examines the store and its additional stores: records against files, files against records, mounts against counts and,
    /// unless the check is quick, the digests of layers. Waits for processes that are changing the store. Staging directories of running
    /// processes are not reported.</summary>
    /// <returns>The findings; with <see cref="CheckOptions.Repair"/> including what became of each.</returns>
    /// <exception cref="BuildSharpException">The store cannot be read, or a system call of the repair failed.</exception>
    public IReadOnlyList<Finding> Check(CheckOptions options) => _check.Run(options);

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _session.Mounts.Dispose();
        }
        finally
        {
            _session.Place.Dispose();
        }
    }
}
