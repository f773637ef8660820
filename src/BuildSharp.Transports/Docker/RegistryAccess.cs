using BuildSharp.Oci;
using BuildSharp.Registry;
using BuildSharp.Registry.Protocol;

namespace BuildSharp.Transports.Docker;

/// <summary>How registries are reached: which servers have an image, and with which settings.</summary>
public sealed record RegistryAccess
{
    /// <summary>Servers to read an image from, in order: its mirrors, then the registry itself. The name has a domain.</summary>
    /// <remarks>Throws <see cref="BuildSharpException"/> for a blocked registry.</remarks>
    public required Func<Reference, IReadOnlyList<RegistryEndpoint>> PullEndpoints { get; init; }

    /// <summary>Server to write an image to, which mirrors do not affect.</summary>
    /// <remarks>Throws <see cref="BuildSharpException"/> for a blocked registry.</remarks>
    public required Func<Reference, RegistryEndpoint> PushEndpoint { get; init; }

    /// <summary>Client of a repository that a layer was pulled from and that the user did not name in this command.</summary>
    /// <remarks>Throws <see cref="BuildSharpException"/> for a blocked registry.</remarks>
    public required Func<Reference, RepositoryClient> Origin { get; init; }

    /// <summary>Settings of the clients.</summary>
    public required RegistryClientOptions Client { get; init; }
}
