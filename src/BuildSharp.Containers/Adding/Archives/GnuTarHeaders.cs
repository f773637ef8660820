using System.Buffers.Binary;
using System.Text;
using BuildSharp.Oci.Layers;

namespace BuildSharp.Containers.Adding.Archives;

/// <summary>Writes GNU tar headers as Go's archive/tar does, for hashing only; layers have pax headers.</summary>
internal sealed class GnuTarHeaders(Stream output)
{
    private const int BlockSize = 512;
    private const int NameSize = 100;

    private readonly byte[] _block = new byte[BlockSize];

    public void Write(TarHeader header, Stream content)
    {
        WriteLong('L', header.Name);
        WriteLong('K', header.LinkName);
        Begin((byte)header.Type);
        WriteName(0, header.Name);
        WriteName(157, header.LinkName);
        WriteText(265, 32, Encoding.UTF8.GetBytes(header.UserName));
        WriteText(297, 32, Encoding.UTF8.GetBytes(header.GroupName));
        WriteNumber(100, 8, header.Mode);
        WriteNumber(108, 8, header.Uid);
        WriteNumber(116, 8, header.Gid);
        WriteNumber(124, 12, header.Size);
        WriteNumber(136, 12, 0);
        WriteNumber(329, 8, header.DeviceMajor);
        WriteNumber(337, 8, header.DeviceMinor);
        End();
        content.CopyTo(output);
        Pad(header.Size);
    }

    public void Complete() => output.Write(new byte[2 * BlockSize]);

    private void WriteLong(char type, byte[] name)
    {
        if (name.Length <= NameSize)
        {
            return;
        }

        Begin((byte)type);
        WriteText(0, NameSize, "././@LongLink"u8);
        WriteNumber(100, 8, 0);
        WriteNumber(108, 8, 0);
        WriteNumber(116, 8, 0);
        WriteNumber(124, 12, name.Length + 1);
        WriteNumber(136, 12, 0);
        End();
        output.Write(name);
        output.WriteByte(0);
        Pad(name.Length + 1);
    }

    private void Begin(byte type)
    {
        Array.Clear(_block);
        _block[156] = type;
        "ustar  \0"u8.CopyTo(_block.AsSpan(257));
    }

    private void End()
    {
        _block.AsSpan(148, 8).Fill((byte)' ');
        var sum = _block.Sum(b => (int)b);
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0'), _block.AsSpan(148));
        _block[154] = 0;
        output.Write(_block);
    }

    private void WriteName(int at, byte[] name)
    {
        WriteText(at, NameSize, name);
        if (name.Length > NameSize && _block[at + NameSize - 1] == '/')
        {
            _block[at + _block.AsSpan(at, NameSize).TrimEnd((byte)'/').Length] = 0;
        }
    }

    private void WriteText(int at, int size, ReadOnlySpan<byte> text) => text[..Math.Min(size, text.Length)].CopyTo(_block.AsSpan(at));

    // Octal if the number fits, else base-256 with the top bit set.
    private void WriteNumber(int at, int size, long value)
    {
        var digits = size - 1;
        if (value >= 0 && (digits >= 21 || value < 1L << (3 * digits)))
        {
            Encoding.ASCII.GetBytes(Convert.ToString(value, 8).PadLeft(digits, '0'), _block.AsSpan(at));
            return;
        }

        var field = _block.AsSpan(at, size);
        field.Fill(value < 0 ? (byte)0xFF : (byte)0);
        BinaryPrimitives.WriteInt64BigEndian(field[^8..], value);
        field[0] |= 0x80;
    }

    private void Pad(long length) => output.Write(new byte[(int)(-length & (BlockSize - 1))]);
}
