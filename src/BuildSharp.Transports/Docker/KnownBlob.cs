using BuildSharp.Oci;

namespace BuildSharp.Transports.Docker;

/// <summary>A compressed form of a layer that was in a repository.</summary>
/// <param name="DiffId">Digest of the uncompressed layer.</param>
/// <param name="Digest">Digest of the compressed bytes.</param>
/// <param name="Size">Their number.</param>
/// <param name="MediaType">Their media type, which tells the compression.</param>
/// <param name="Host">The server, <c>host[:port]</c>.</param>
/// <param name="Repository">Path of the repository there.</param>
internal sealed record KnownBlob(DiffId DiffId, Digest Digest, long Size, string MediaType, string Host, string Repository)
{
    private const int FieldCount = 6;

    /// <summary>Parses a line of <see cref="ToString"/>; null for any other text.</summary>
    public static KnownBlob? TryParse(string line)
    {
        var fields = line.Split(' ');
        return fields.Length == FieldCount && Digest.TryParse(fields[0], out var plain) && Digest.TryParse(fields[1], out var digest)
            && long.TryParse(fields[2], System.Globalization.CultureInfo.InvariantCulture, out var size)
            ? new KnownBlob(new DiffId(plain), digest, size, fields[3], fields[4], fields[5])
            : null;
    }

    /// <summary>The fields on one line.</summary>
    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"{DiffId} {Digest} {Size} {MediaType} {Host} {Repository}");
}
