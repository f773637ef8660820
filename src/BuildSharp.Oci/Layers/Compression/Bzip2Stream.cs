using SharpCompress.Compressors;
using SharpCompress.Compressors.BZip2;

namespace BuildSharp.Oci.Layers.Compression;

/// <summary>Reads a sequence of bzip2 members, as parallel compressors write. A member's level limits the memory to 6 MB.</summary>
/// <param name="compressed">The compressed bytes. Not disposed.</param>
internal sealed class Bzip2Stream(Stream compressed) : DecodingStream(compressed)
{
    private BZip2Stream? _member;

    protected override int Decode(Span<byte> buffer)
    {
        while (true)
        {
            if (_member is null)
            {
                if (Input.Position > 0 && Input.IsAtEnd)
                {
                    return 0;
                }

                // One member at a time, because the decoder itself would take a following member with an invalid level for the end of the
                // data.
                _member = BZip2Stream.Create(Input, CompressionMode.Decompress, decompressConcatenated: false, leaveOpen: true);
            }

            var count = _member.Read(buffer);
            if (count > 0)
            {
                return count;
            }

            _member = null;
        }
    }
}
