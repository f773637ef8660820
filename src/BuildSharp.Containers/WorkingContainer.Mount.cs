using BuildSharp.Oci;
using BuildSharp.Running;

namespace BuildSharp.Containers;

public sealed partial class WorkingContainer
{
    /// <summary>Mounts the file system, or adds to its mount count; each mount needs one <see cref="Unmount"/>.</summary>
    /// <returns>The mount point.</returns>
    public string Mount()
    {
        var mountPoint = _store.Containers.Mount(Id);
        if (_state.MountPoint != mountPoint)
        {
            _state.MountPoint = mountPoint;
            Save();
        }

        return mountPoint;
    }

    /// <summary>Undoes one mount.</summary>
    /// <returns>Whether the container was mounted.</returns>
    /// <remarks>The count in the store decides. <see cref="MountPoint"/> is information for readers, and stays set while another process
    /// has the container mounted (containers/storage, layers.go, mountpoints.json).</remarks>
    public bool Unmount()
    {
        if (!_store.Containers.IsMounted(Id))
        {
            return false;
        }

        _store.Containers.Unmount(Id);
        if (!_store.Containers.IsMounted(Id) && _state.MountPoint is not null)
        {
            _state.MountPoint = null;
            Save();
        }

        return true;
    }

    /// <summary>Unmounts and removes the container with its writable layer.</summary>
    /// <exception cref="BuildSharpException">A command runs in the container, and would lose its files.</exception>
    public void Remove()
    {
        if (RuncRun.IsRunning(Directory))
        {
            throw new BuildSharpException($"a command runs in container \"{Name}\"; wait for its end or stop it");
        }

        _store.Containers.Remove(Id);
    }

    /// <summary>Marks the container as left by a failed try of a build.</summary>
    /// <param name="build">Identifies the build.</param>
    public void MarkFailed(string build) => File.WriteAllText(FailureMark, build);

    /// <summary>Renames the container.</summary>
    /// <exception cref="BuildSharpException">This or another container has the name already.</exception>
    public void Rename(string name)
    {
        if (name == Name)
        {
            throw new BuildSharpException("renaming a container with the same name as its current name");
        }

        _store.Containers.Rename(Id, name);
        Name = name;
        _state.ContainerName = name;
        Save();
    }
}
