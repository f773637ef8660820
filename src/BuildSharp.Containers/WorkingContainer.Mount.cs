namespace BuildSharp.Containers;

public sealed partial class WorkingContainer
{
    /// <summary>Mounts the file system and counts the mount: it stays until it was unmounted as often.</summary>
    /// <returns>Where it is mounted.</returns>
    public string Mount()
    {
        var mountPoint = _store.Mount(Id);
        if (_state.MountPoint != mountPoint)
        {
            _state.MountPoint = mountPoint;
            Save();
        }

        return mountPoint;
    }

    /// <summary>Takes one mount back.</summary>
    /// <returns>Whether it was mounted at all.</returns>
    /// <remarks>Only the count decides; <see cref="MountPoint"/> is for readers, and stays filled while somebody else has it mounted
    /// (containers/storage, layers.go, mountpoints.json).</remarks>
    public bool Unmount()
    {
        if (!_store.IsMounted(Id))
        {
            return false;
        }

        _store.Unmount(Id);
        if (!_store.IsMounted(Id) && _state.MountPoint.Length > 0)
        {
            _state.MountPoint = "";
            Save();
        }

        return true;
    }

    /// <summary>Unmounts and removes the container with its writable layer.</summary>
    public void Remove() => _store.RemoveContainer(Id);

    /// <summary>Gives the container another name.</summary>
    /// <exception cref="Oci.BuildSharpException">It has the name already, or another container has.</exception>
    public void Rename(string name)
    {
        if (name == Name)
        {
            throw new Oci.BuildSharpException("renaming a container with the same name as its current name");
        }

        _store.RenameContainer(Id, name);
        Name = name;
        _state.ContainerName = name;
        Save();
    }
}
