namespace BuildSharp.Transports;

/// <summary>What opening a location may need from outside.</summary>
public sealed record TransportContext
{
    /// <summary>Directory for spooled archives; must have room for a whole image.</summary>
    public required string TemporaryDirectory { get; init; }
}
