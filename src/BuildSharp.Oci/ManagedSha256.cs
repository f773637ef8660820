using System.Buffers.Binary;
using System.Numerics;

namespace BuildSharp.Oci;

/// <summary>SHA-256 (FIPS 180-4) in C#, for manifests and configs, and for all content when OpenSSL is not installed. OpenSSL hashes
/// several times as fast, but loading it takes as long as hashing two megabytes here, and most verbs hash no layer.</summary>
internal sealed class ManagedSha256
{
    private const int BlockSize = 64;
    private const int LengthSize = 8;

    private readonly uint[] _state = [.. InitialState];
    private readonly byte[] _pending = new byte[BlockSize];
    private int _pendingLength;
    private long _length;

    private static ReadOnlySpan<uint> InitialState =>
    [
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    ];

    private static ReadOnlySpan<uint> RoundConstants =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    /// <summary>Adds bytes.</summary>
    internal void Append(ReadOnlySpan<byte> content)
    {
        _length += content.Length;
        if (_pendingLength > 0)
        {
            var head = content[..Math.Min(content.Length, BlockSize - _pendingLength)];
            head.CopyTo(_pending.AsSpan(_pendingLength));
            _pendingLength += head.Length;
            content = content[head.Length..];
            if (_pendingLength < BlockSize)
            {
                return;
            }

            AddBlock(_state, _pending);
        }

        for (; content.Length >= BlockSize; content = content[BlockSize..])
        {
            AddBlock(_state, content);
        }

        content.CopyTo(_pending);
        _pendingLength = content.Length;
    }

    /// <summary>The hash of all appended bytes, 32 bytes. Nothing may be appended afterwards.</summary>
    internal byte[] Complete()
    {
        // A one bit, zeros, and the length in bits at the end of the last block.
        Span<byte> end = stackalloc byte[2 * BlockSize];
        end.Clear();
        _pending.AsSpan(0, _pendingLength).CopyTo(end);
        end[_pendingLength] = 0x80;
        end = _pendingLength + 1 + LengthSize > BlockSize ? end : end[..BlockSize];
        BinaryPrimitives.WriteInt64BigEndian(end[^LengthSize..], _length * 8);
        for (; !end.IsEmpty; end = end[BlockSize..])
        {
            AddBlock(_state, end);
        }

        var hash = new byte[_state.Length * sizeof(uint)];
        for (var i = 0; i < _state.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(hash.AsSpan(i * sizeof(uint)), _state[i]);
        }

        return hash;
    }

    private static void AddBlock(Span<uint> state, ReadOnlySpan<byte> block)
    {
        Span<uint> schedule = stackalloc uint[64];
        for (var i = 0; i < 16; i++)
        {
            schedule[i] = BinaryPrimitives.ReadUInt32BigEndian(block[(i * 4)..]);
        }

        for (var i = 16; i < schedule.Length; i++)
        {
            var near = schedule[i - 2];
            var far = schedule[i - 15];
            schedule[i] = schedule[i - 16] + schedule[i - 7]
                + (BitOperations.RotateRight(near, 17) ^ BitOperations.RotateRight(near, 19) ^ (near >> 10))
                + (BitOperations.RotateRight(far, 7) ^ BitOperations.RotateRight(far, 18) ^ (far >> 3));
        }

        var (a, b, c, d, e, f, g, h) = (state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7]);
        for (var i = 0; i < schedule.Length; i++)
        {
            var first = h + schedule[i] + RoundConstants[i] + ((e & f) ^ (~e & g))
                + (BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11) ^ BitOperations.RotateRight(e, 25));
            var second = ((a & b) ^ (a & c) ^ (b & c))
                + (BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13) ^ BitOperations.RotateRight(a, 22));
            (h, g, f, e, d, c, b, a) = (g, f, e, d + first, c, b, a, first + second);
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }
}
