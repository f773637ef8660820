using BuildSharp.Oci;
using BuildSharp.Storage;

namespace BuildSharp.Containers;

/// <summary>What a new working container is made from and is to be like.</summary>
public sealed record FromOptions
{
    /// <summary>The base image, in the store; null for <c>scratch</c>.</summary>
    public StoredImage? Base { get; init; }

    /// <summary>The base image's name as resolved, with registry and tag; null when it was given by its ID.</summary>
    public string? BaseName { get; init; }

    /// <summary>What a made-up name begins with; null for the base's name, or else its ID.</summary>
    public string? NamedAfter { get; init; }

    /// <summary>Name of the container; null to make one up.</summary>
    public string? Name { get; init; }

    /// <summary>What a made-up name ends with instead of <c>working-container</c>.</summary>
    public string? Suffix { get; init; }

    /// <summary>Media type of the manifests that commits make unless told otherwise.</summary>
    public string Format { get; init; } = MediaType.OciManifest;

    /// <summary>What a container from scratch will run on; null for this machine. A base image decides for itself.</summary>
    public Platform? Platform { get; init; }

    /// <summary>How commands run.</summary>
    public BuildSettings Settings { get; init; } = new();
}
