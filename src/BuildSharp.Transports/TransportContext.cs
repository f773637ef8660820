using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Transports.Trust;

namespace BuildSharp.Transports;

/// <summary>What opening a location may need from outside.</summary>
public sealed record TransportContext
{
    /// <summary>Directory for spooled archives; must have room for a whole image.</summary>
    public required string TemporaryDirectory { get; init; }

    /// <summary>Gives the policy that says which images may be opened. Asked only when one is: what only writes needs no policy.</summary>
    public required Func<TrustPolicy> Policy { get; init; }

    /// <summary>The local store, for <c>containers-storage:</c>; null where there is none. Not disposed by a source or destination.</summary>
    public Store? Store { get; init; }

    /// <summary>The name that an image to be written has where it comes from, with a tag. A docker-archive has it besides its own name; other
    /// places have one name at most.</summary>
    public Reference? SourceName { get; init; }

    /// <summary>Told what is waited for, one line each; null when nobody listens.</summary>
    public IProgress<string>? Debug { get; init; }

    /// <summary>Which image of a store's manifest list is meant; null for the one of this machine.</summary>
    public Platform? Platform { get; init; }
}
