using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Transports.Docker;
using BuildSharp.Transports.Trust;

namespace BuildSharp.Transports;

/// <summary>Settings for opening a location.</summary>
public sealed record TransportContext
{
    /// <summary>Directory for temporary copies of archives; needs space for a whole image.</summary>
    public required string TemporaryDirectory { get; init; }

    /// <summary>Loads the trust policy. Called only when a source is opened, because writing needs no policy.</summary>
    public required Func<TrustPolicy> Policy { get; init; }

    /// <summary>The local store, for <c>containers-storage:</c>; null when there is none. Sources and destinations do not dispose
    /// it.</summary>
    public Store? Store { get; init; }

    /// <summary>How registries are reached, for <c>docker://</c>; null when the command does not use them.</summary>
    public RegistryAccess? Registries { get; init; }

    /// <summary>Address of the Docker daemon, for <c>docker-daemon:</c>: <c>unix://path</c> or <c>tcp://host:port</c>; null for the
    /// standard socket.</summary>
    public string? DaemonHost { get; init; }

    /// <summary>Name of the image at the source, with a tag. A docker-archive stores it in addition to the destination's name; other
    /// transports ignore it.</summary>
    public Reference? SourceName { get; init; }

    /// <summary>Further names of the image, with tags, for a docker-archive that is written; other transports refuse them.</summary>
    public IReadOnlyList<Reference> AdditionalNames { get; init; } = [];

    /// <summary>Receives a message when opening waits for a lock; null to report nothing.</summary>
    public IProgress<string>? Debug { get; init; }

    /// <summary>Image to choose from a manifest list of the store; null for the host's platform.</summary>
    public Platform? Platform { get; init; }
}
