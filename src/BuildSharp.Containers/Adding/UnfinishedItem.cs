using BuildSharp.Linux;

namespace BuildSharp.Containers.Adding;

/// <summary>An item that is being put into the container. Unless it is completed, its name goes again: half a file helps nobody, and where
/// the disk is full it stands in the way of everything else.</summary>
/// <param name="directory">Where; open until this is disposed.</param>
/// <param name="name">Its name there.</param>
internal sealed class UnfinishedItem(DirectoryHandle directory, byte[] name) : IDisposable
{
    private bool complete;

    /// <summary>Says that everything the item carries is there.</summary>
    public void Complete() => complete = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (complete)
        {
            return;
        }

        try
        {
            directory.Remove(name);
        }
        catch (LinuxException)
        {
            // What ended the copy is the failure to tell. Only what stood there before can refuse to go.
        }
    }
}
