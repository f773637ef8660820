using BuildSharp.Oci;
using BuildSharp.Storage.Records;

namespace BuildSharp.Containers;

/// <summary>Settings of a new working container.</summary>
public sealed record FromOptions
{
    /// <summary>The base image in the store; null for <c>scratch</c>.</summary>
    public StoredImage? Base { get; init; }

    /// <summary>Resolved name of the base image, with registry and tag; null when it was given by its ID.</summary>
    public string? BaseName { get; init; }

    /// <summary>Start of a generated name; null for the base image's name or, without one, its ID.</summary>
    public string? NamedAfter { get; init; }

    /// <summary>Name of the container; null to generate one.</summary>
    public string? Name { get; init; }

    /// <summary>End of a generated name; null for <c>working-container</c>.</summary>
    public string? Suffix { get; init; }

    /// <summary>Default media type for manifests of commits.</summary>
    public string Format { get; init; } = MediaType.OciManifest;

    /// <summary>Platform of a container from scratch; null for the host's. A base image has its own.</summary>
    public Platform? Platform { get; init; }

    /// <summary>Settings for commands.</summary>
    public BuildSettings Settings { get; init; } = new();
}
