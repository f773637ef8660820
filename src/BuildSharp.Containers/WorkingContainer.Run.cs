using BuildSharp.Oci;
using BuildSharp.Running;
using BuildSharp.Storage;

namespace BuildSharp.Containers;

public sealed partial class WorkingContainer
{
    /// <summary>Runs a command in the container.</summary>
    /// <param name="request">The command and its options; the caller includes <see cref="Settings"/>.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <returns>Exit status of the command.</returns>
    /// <exception cref="RunFailedException">The command could not be started.</exception>
    public async Task<int> RunAsync(RunRequest request, CancellationToken cancellationToken = default)
    {
        if (_store.Containers.Find(Id)?.HasIdMaps == true)
        {
            throw new BuildSharpException($"container \"{Name}\" has a user namespace of its own, which is not supported: run it with the tool that made it");
        }

        OpenFileLimit.Require(OpenFileLimit.OfRuntime);
        MakeVolumeDirectories();
        var target = new RunTarget
        {
            // Not noted in the container's state, which readers look at: the mount lasts as long as the command.
            RootFs = _store.Containers.Mount(Id),
            ContainerId = Id,
            ContainerName = Name,
            ImageId = FromImageId,
            ImageName = FromImage,
            Image = Image,
            RunDirectory = RunDirectory(_store),
            StateDirectory = Directory,
            UpperDirectory = UpperDirectory,
        };
        try
        {
            return await RuncRun.ExecuteAsync(target, request, cancellationToken);
        }
        finally
        {
            if (_store.Containers.IsMounted(Id))
            {
                _store.Containers.Unmount(Id);
            }
        }
    }

    /// <summary>Kills the commands that killed processes have left running in the store's containers. Do this before removing any of their
    /// files.</summary>
    public static Task EndAbandonedRunsAsync(Store store) => RuncRun.SweepAsync(RunDirectory(store));

    /// <summary>Connects a program outside of containers.</summary>
    /// <param name="store">Its run root has the files of the connection.</param>
    /// <param name="settings">Settings of networks.</param>
    /// <exception cref="BuildSharpException">It cannot be connected; the message says what to install.</exception>
    public static Task<RootlessNetwork> ConnectAsync(Store store, RunRequest settings) => RootlessNetwork.ConnectAsync(settings, RunDirectory(store));

    private static string RunDirectory(Store store) => Path.Combine(store.Options.RunRoot, "buildsharp");

    // The command finds the directories of volumes, as in a container of the image. Unlike stubs, they are kept.
    private void MakeVolumeDirectories()
    {
        foreach (var volume in Image.Config.Volumes.Order(StringComparer.Ordinal))
        {
            MakeDirectory(volume, "", mayBeFile: true);
        }
    }
}
