using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BuildSharp.Storage.Diffs;

/// <summary>CRC-64/GO-ISO, the checksum of a file's content in a tar-split: reflected polynomial 0xD800000000000000, all ones at the
/// start and inverted at the end.</summary>
internal partial struct Crc64()
{
    private const ulong Polynomial = 0xD800000000000000;
    private const int Slices = 16;

    // Table n advances the register by the byte that lies n bytes ahead of the last of a step.
    private static readonly ulong[] Table = MakeTable();

    private ulong _register = ulong.MaxValue;

    public readonly ulong Value => ~_register;

    public void Append(ReadOnlySpan<byte> bytes) => AppendByTable(Fold(bytes));

    private void AppendByTable(ReadOnlySpan<byte> bytes)
    {
        var register = _register;
        ref var table = ref MemoryMarshal.GetArrayDataReference(Table);
        while (bytes.Length >= Slices)
        {
            var low = BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ register;
            var high = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
            register = Look(ref table, 15, low) ^ Look(ref table, 14, low >> 8) ^ Look(ref table, 13, low >> 16)
                ^ Look(ref table, 12, low >> 24) ^ Look(ref table, 11, low >> 32) ^ Look(ref table, 10, low >> 40)
                ^ Look(ref table, 9, low >> 48) ^ Look(ref table, 8, low >> 56) ^ Look(ref table, 7, high)
                ^ Look(ref table, 6, high >> 8) ^ Look(ref table, 5, high >> 16) ^ Look(ref table, 4, high >> 24)
                ^ Look(ref table, 3, high >> 32) ^ Look(ref table, 2, high >> 40) ^ Look(ref table, 1, high >> 48)
                ^ Look(ref table, 0, high >> 56);
            bytes = bytes[Slices..];
        }

        foreach (var value in bytes)
        {
            register = Table[(byte)(register ^ value)] ^ (register >> 8);
        }

        _register = register;
    }

    private static ulong Look(ref ulong table, int slice, ulong index) =>
        Unsafe.Add(ref table, (slice << 8) | (byte)index);

    private static ulong[] MakeTable()
    {
        var table = new ulong[Slices * 256];
        for (var i = 0; i < 256; i++)
        {
            var register = (ulong)i;
            for (var bit = 0; bit < 8; bit++)
            {
                register = (register & 1) != 0 ? (register >> 1) ^ Polynomial : register >> 1;
            }

            table[i] = register;
        }

        for (var i = 256; i < table.Length; i++)
        {
            var before = table[i - 256];
            table[i] = table[(byte)before] ^ (before >> 8);
        }

        return table;
    }
}
