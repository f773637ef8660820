using BuildSharp.Oci;

namespace BuildSharp.Containers;

/// <summary>A builder's container whose state cannot be read: all that can be done with it is to remove it.</summary>
public sealed class DamagedContainerException : BuildSharpException
{
    internal DamagedContainerException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
