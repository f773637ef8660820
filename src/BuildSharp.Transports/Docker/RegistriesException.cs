using BuildSharp.Oci;
using BuildSharp.Registry.Protocol;

namespace BuildSharp.Transports.Docker;

/// <summary>None of the servers of an image, its mirrors and its registry, could provide it.</summary>
public sealed class RegistriesException : BuildSharpException
{
    internal RegistriesException(Reference name, IReadOnlyList<BuildSharpException> failures)
        : base($"{name}: {string.Join("; ", failures.Select(failure => failure.Message))}", failures[^1]) =>
        IsTransient = failures.OfType<RegistryException>().Any(failure => failure.IsTransient);

    /// <summary>Whether one of them may succeed later.</summary>
    public bool IsTransient { get; }
}
