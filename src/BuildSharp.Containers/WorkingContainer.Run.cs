using BuildSharp.Containers.Running;
using BuildSharp.Oci;

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
        if (store.FindContainer(Id)?.HasIdMaps == true)
        {
            throw new BuildSharpException($"container \"{Name}\" has a user namespace of its own, which is not supported: run it with the tool that made it");
        }

        MakeVolumeDirectories();
        var runDirectory = Path.Combine(store.Options.RunRoot, "buildsharp");
        await RuncRun.SweepAsync(runDirectory, request);
        var target = new RunTarget
        {
            RootFs = Mount(),
            ContainerId = Id,
            ContainerName = Name,
            ImageId = FromImageId,
            ImageName = FromImage,
            Image = Image,
            RunDirectory = runDirectory,
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

    // A volume's directory is there for the command, as it will be in a container of the image. Unlike a stub it stays.
    private void MakeVolumeDirectories()
    {
        foreach (var volume in Image.Config.Volumes.Order(StringComparer.Ordinal))
        {
            MakeDirectory(volume, "", mayBeFile: true);
        }
    }
}
