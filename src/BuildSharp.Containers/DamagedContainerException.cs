using BuildSharp.Oci;

namespace BuildSharp.Containers;

/// <summary>The state of a builder's container cannot be read; the container can only be removed.</summary>
public sealed class DamagedContainerException : BuildSharpException
{
    internal DamagedContainerException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
