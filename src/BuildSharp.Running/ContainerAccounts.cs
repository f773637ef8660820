using BuildSharp.Linux;
using BuildSharp.Notation;
using BuildSharp.Running.Preparing;

namespace BuildSharp.Running;

/// <summary>Reads the users and groups of a container.</summary>
public static class ContainerAccounts
{
    /// <summary>The accounts of the root's /etc/passwd and /etc/group; a missing file has none.</summary>
    /// <param name="root">The container's root; links do not lead out of it.</param>
    public static AccountFiles Read(DirectoryHandle root) =>
        AccountFiles.Parse(ContainerFiles.ReadText(root, "etc/passwd"), ContainerFiles.ReadText(root, "etc/group"));
}
