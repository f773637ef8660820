using System.IO.Hashing;

namespace BuildSharp.Storage.Diffs;

/// <summary>Checksum of a file's content in a tar-split: CRC-64/GO-ISO, which github.com/vbatts/tar-split takes from Go's
/// hash/crc64.</summary>
internal static class TarSplitChecksum
{
    private static readonly Crc64ParameterSet GoIso = Crc64ParameterSet.Create(
        polynomial: 0x1B, initialValue: ulong.MaxValue, finalXorValue: ulong.MaxValue, reflectValues: true);

    /// <summary>Creates a checksum of empty content.</summary>
    public static Crc64 Create() => new(GoIso);
}
