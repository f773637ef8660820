using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace BuildSharp.Storage.Diffs;

// Carry-less multiplication takes 64 bytes a step and costs a fraction of the table (Gopal et al., "Fast CRC Computation for Generic
// Polynomials Using PCLMULQDQ Instruction", Intel 2009). Where the processor has none, the table does it all.
internal partial struct Crc64
{
    private const int FoldedAtLeast = 256;

    // The low half of a block stands for the earlier bytes and so has 64 more powers of x to go. One power less than the distance,
    // because the product of two reflected numbers comes out shifted by one.
    private static readonly Vector128<ulong> FoldBy64Bytes = Vector128.Create(PowerOfX(512 + 63), PowerOfX(512 - 1));
    private static readonly Vector128<ulong> FoldBy16Bytes = Vector128.Create(PowerOfX(128 + 63), PowerOfX(128 - 1));

    /// <summary>Takes as many whole 64-byte steps as there are, and gives what is left.</summary>
    private ReadOnlySpan<byte> Fold(ReadOnlySpan<byte> bytes)
    {
        if (!Pclmulqdq.IsSupported || bytes.Length < FoldedAtLeast)
        {
            return bytes;
        }

        var blocks = MemoryMarshal.Cast<byte, Vector128<ulong>>(bytes);
        var a = blocks[0] ^ Vector128.CreateScalar(_register);
        var b = blocks[1];
        var c = blocks[2];
        var d = blocks[3];
        var taken = 4;
        for (; taken + 4 <= blocks.Length; taken += 4)
        {
            a = Step(a, FoldBy64Bytes) ^ blocks[taken];
            b = Step(b, FoldBy64Bytes) ^ blocks[taken + 1];
            c = Step(c, FoldBy64Bytes) ^ blocks[taken + 2];
            d = Step(d, FoldBy64Bytes) ^ blocks[taken + 3];
        }

        b ^= Step(a, FoldBy16Bytes);
        c ^= Step(b, FoldBy16Bytes);
        d ^= Step(c, FoldBy16Bytes);
        Span<Vector128<ulong>> rest = [d];
        _register = 0;
        AppendByTable(MemoryMarshal.AsBytes(rest));
        return bytes[(taken * 16)..];
    }

    private static Vector128<ulong> Step(Vector128<ulong> block, Vector128<ulong> distance) =>
        Pclmulqdq.CarrylessMultiply(block, distance, 0x00) ^ Pclmulqdq.CarrylessMultiply(block, distance, 0x11);

    /// <summary>x to a power, modulo the polynomial, reflected: the highest bit is x to the 0.</summary>
    private static ulong PowerOfX(int power)
    {
        var value = 1UL << 63;
        for (; power > 0; power--)
        {
            value = (value & 1) != 0 ? (value >> 1) ^ Polynomial : value >> 1;
        }

        return value;
    }
}
