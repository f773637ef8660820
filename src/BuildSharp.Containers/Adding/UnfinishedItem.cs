using System.Text;
using BuildSharp.Linux;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Containers.Adding;

/// <summary>An item that is being put into the container. Unless it is completed it goes again: half a file helps nobody, and where the disk
/// is full it stands in the way of everything else. A file that it was to replace is then still there.</summary>
/// <param name="directory">Where; open until this is disposed.</param>
/// <param name="name">Its name there.</param>
internal sealed class UnfinishedItem(DirectoryHandle directory, byte[] name) : IDisposable
{
    private const int OwnerOnly = Octal.O600;

    private bool _complete;
    private byte[]? _staged;

    /// <summary>Its name until it is complete: another one where a file takes the place of something.</summary>
    public byte[] Name => _staged ?? name;

    /// <summary>Makes the item as a new file, to be written.</summary>
    public SafeFileHandle CreateFile()
    {
        try
        {
            return directory.CreateFile(Name, OwnerOnly);
        }
        catch (LinuxException e) when (e.Errno == Errno.EEXIST)
        {
            _staged = Encoding.ASCII.GetBytes($".{Guid.NewGuid():N}");
            return directory.CreateFile(_staged, OwnerOnly);
        }
    }

    /// <summary>Says that everything the item carries is there. What has its place goes now.</summary>
    public void Complete()
    {
        if (_staged is not null)
        {
            if (directory.TryStat(name, out var status) && status.IsDirectory)
            {
                directory.RemoveTree(name);
            }

            directory.Rename(_staged, name);
        }

        _complete = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_complete)
        {
            return;
        }

        try
        {
            directory.Remove(Name);
        }
        catch (LinuxException)
        {
            // What ended the copy is the failure to tell. Only what stood there before can refuse to go.
        }
    }
}
