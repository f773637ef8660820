using System.Buffers.Binary;
using BuildSharp.Linux;

namespace BuildSharp.Storage;

/// <summary>The 64 bytes at the start of a lock file that change with every change of what the lock guards (containers/storage, pkg/lockfile).</summary>
internal sealed class LockToken
{
    private const int Size = 64;
    private static ulong _counter;

    private readonly byte[] _bytes;

    private LockToken(byte[] bytes) => _bytes = bytes;

    /// <summary>Reads the token of a locked file; a file shorter than a token has a token too.</summary>
    internal static LockToken Read(FileLock file)
    {
        Span<byte> buffer = stackalloc byte[Size];
        var length = FileDescriptor.ReadAt(file.File, buffer, 0);
        return new LockToken(buffer[..length].ToArray());
    }

    /// <summary>Writes a token that nobody ever wrote. The caller holds the write lock.</summary>
    internal static LockToken WriteNew(FileLock file)
    {
        var bytes = new byte[Size];
        var now = (ulong)(DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, now);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), Interlocked.Increment(ref _counter));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), (uint)Environment.ProcessId);
        RandomBytes.Fill(bytes.AsSpan(20));
        FileDescriptor.WriteAt(file.File, bytes, 0);
        return new LockToken(bytes);
    }

    /// <summary>Whether nothing changed between the two readings.</summary>
    internal bool Equals(LockToken? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);
}
