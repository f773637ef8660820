using BuildSharp.Containers.Running;
using BuildSharp.Oci;
using BuildSharp.Storage;

namespace BuildSharp.Containers;

public sealed partial class WorkingContainer
{
    /// <summary>Runs a command in the container.</summary>
    /// <param name="request">The command and how it is to run; <see cref="Settings"/> are for the caller to put into it.</param>
    /// <param name="cancellationToken">Asks the command to end.</param>
    /// <returns>The command's exit code.</returns>
    /// <exception cref="RunFailedException">The command could not be started.</exception>
    public async Task<int> RunAsync(RunRequest request, CancellationToken cancellationToken = default)
    {
        if (_store.FindContainer(Id)?.HasIdMaps == true)
        {
            throw new BuildSharpException($"container \"{Name}\" has a user namespace of its own, which is not supported: run it with the tool that made it");
        }

        MakeVolumeDirectories();
        var target = new RunTarget
        {
            RootFs = Mount(),
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
            Unmount();
        }
    }

    /// <summary>Ends the commands that killed processes have left running in the store's containers. Before that, nothing may be taken away
    /// from below them.</summary>
    public static Task EndAbandonedRunsAsync(Store store) => RuncRun.SweepAsync(RunDirectory(store));

    private static string RunDirectory(Store store) => Path.Combine(store.Options.RunRoot, "buildsharp");

    // A volume's directory is there for the command, as it will be in a container of the image. Unlike a stub it stays.
    private void MakeVolumeDirectories()
    {
        foreach (var volume in Image.Config.Volumes.Order(StringComparer.Ordinal))
        {
            MakeDirectory(volume, "", mayBeFile: true);
        }
    }
}
