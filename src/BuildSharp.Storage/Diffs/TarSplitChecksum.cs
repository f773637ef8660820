using System.IO.Hashing;

namespace BuildSharp.Storage.Diffs;

/// <summary>The checksum of a file's content in a tar-split: CRC-64/GO-ISO, as github.com/vbatts/tar-split takes it from Go's hash/crc64.</summary>
internal static class TarSplitChecksum
{
    private static readonly Crc64ParameterSet GoIso = Crc64ParameterSet.Create(
        polynomial: 0x1B, initialValue: ulong.MaxValue, finalXorValue: ulong.MaxValue, reflectValues: true);

    /// <summary>A checksum of nothing yet.</summary>
    public static Crc64 Create() => new(GoIso);
}
