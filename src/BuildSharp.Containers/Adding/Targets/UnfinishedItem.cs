using System.Text;
using BuildSharp.Linux;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Containers.Adding.Targets;

/// <summary>An item that is being written to the container. Disposing it before <see cref="Complete"/> removes it, so that a failed copy
/// leaves no partial file. A file that it replaces stays until then.</summary>
/// <param name="directory">Its directory; must stay open until disposal.</param>
/// <param name="name">Its name.</param>
internal sealed class UnfinishedItem(DirectoryHandle directory, byte[] name) : IDisposable
{
    private const int OwnerOnly = Octal.O600;

    private bool _complete;
    private byte[]? _staged;

    /// <summary>Name while it is written; a temporary one when the final name exists already.</summary>
    public byte[] Name => _staged ?? name;

    /// <summary>Creates the item as an empty file.</summary>
    public SafeFileHandle CreateFile()
    {
        try
        {
            return directory.CreateFile(Name, OwnerOnly);
        }
        catch (LinuxException e) when (e.Errno == Errno.EEXIST)
        {
            _staged = Encoding.ASCII.GetBytes($".{RandomBytes.Hex(32)}");
            return directory.CreateFile(_staged, OwnerOnly);
        }
    }

    /// <summary>Marks the item as complete, and replaces an existing one.</summary>
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
            // Report the failure of the copy, not this one.
        }
    }
}
