using SharpCompress.Compressors;
using SharpCompress.Compressors.BZip2;

namespace BuildSharp.Oci.Layers;

/// <summary>Reads bzip2 members, one after another, as parallel compressors write them. A member's level bounds its memory: 6 MB at
/// most.</summary>
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

                // One member at a time: told to read on by itself, the decoder takes a member with an unknown level for the end.
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
