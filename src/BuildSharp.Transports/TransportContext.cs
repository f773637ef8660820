using BuildSharp.Storage;

namespace BuildSharp.Transports;

/// <summary>What opening a location may need from outside.</summary>
public sealed record TransportContext
{
    /// <summary>Directory for spooled archives; must have room for a whole image.</summary>
    public required string TemporaryDirectory { get; init; }

    /// <summary>The local store, for <c>containers-storage:</c>; null where there is none. Not disposed by a source or destination.</summary>
    public Store? Store { get; init; }
}
