using BuildSharp.Oci;

namespace BuildSharp.Storage.Containers;

/// <summary>Another container has the name. A caller that generated the name may try another.</summary>
public sealed class NameInUseException : BuildSharpException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="name">The name.</param>
    /// <param name="owner">Id of the container with the name.</param>
    public NameInUseException(string name, string owner)
        : base($"creating container: the container name \"{name}\" is already in use by {owner}. "
            + "You have to remove that container to be able to reuse that name: that name is already in use")
    {
        Name = name;
        Owner = owner;
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>Id of the container with the name.</summary>
    public string Owner { get; }
}
