using System.Buffers.Binary;
using BuildSharp.Linux;

namespace BuildSharp.Storage.Locking;

/// <summary>The first 64 bytes of a lock file. They change with every change of the data that the lock protects (containers/storage,
/// pkg/lockfile).</summary>
internal sealed class LockToken
{
    private const int Size = 64;
    private static ulong _counter;

    private readonly byte[] _bytes;

    private LockToken(byte[] bytes) => _bytes = bytes;

    /// <summary>Reads the token of a locked file. A file shorter than 64 bytes is a valid token too.</summary>
    internal static LockToken Read(FileLock file)
    {
        Span<byte> buffer = stackalloc byte[Size];
        var length = FileDescriptor.ReadAt(file.File, buffer, 0);
        return new LockToken(buffer[..length].ToArray());
    }

    /// <summary>Writes a new, unique token. The caller holds the write lock.</summary>
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

    /// <summary>Whether nothing changed between the two reads.</summary>
    internal bool Equals(LockToken? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);
}
