using BuildSharp.Oci;

namespace BuildSharp.Storage;

/// <summary>A container's name is taken; a caller that chose the name itself may try another.</summary>
public sealed class NameInUseException : BuildSharpException
{
    /// <summary>Describes the clash.</summary>
    /// <param name="name">The name.</param>
    /// <param name="owner">Id of the container that has it.</param>
    public NameInUseException(string name, string owner)
        : base($"creating container: the container name \"{name}\" is already in use by {owner}. "
            + "You have to remove that container to be able to reuse that name: that name is already in use")
    {
        Name = name;
        Owner = owner;
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>Id of the container that has it.</summary>
    public string Owner { get; }
}
