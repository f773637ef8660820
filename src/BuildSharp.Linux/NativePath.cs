using System.Buffers;
using System.Text;

namespace BuildSharp.Linux;

/// <summary>A path as the kernel takes it: bytes with a zero at the end, on the stack when short.</summary>
internal ref struct NativePath
{
    /// <summary>Room that callers give on the stack; longer paths are rented.</summary>
    internal const int StackSize = 256;

    private readonly Span<byte> bytes;
    private byte[]? rented;

    internal NativePath(scoped ReadOnlySpan<byte> path, Span<byte> stack)
    {
        bytes = Room(path.Length + 1, stack, out rented);
        path.CopyTo(bytes);
        Terminate(path.Length);
    }

    internal NativePath(string path, Span<byte> stack)
    {
        bytes = Room(Encoding.UTF8.GetMaxByteCount(path.Length) + 1, stack, out rented);
        Terminate(Encoding.UTF8.GetBytes(path, bytes));
    }

    internal readonly ref byte GetPinnableReference() => ref bytes.GetPinnableReference();

    public void Dispose()
    {
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
            rented = null;
        }
    }

    private static Span<byte> Room(int size, Span<byte> stack, out byte[]? rented)
    {
        rented = size > stack.Length ? ArrayPool<byte>.Shared.Rent(size) : null;
        return rented ?? stack;
    }

    private readonly void Terminate(int length)
    {
        // The kernel would stop at the first zero and act on another name than the caller meant.
        if (bytes[..length].Contains((byte)0))
        {
            throw new LinuxException("path", Encoding.UTF8.GetString(bytes[..length]).Replace("\0", "\\0", StringComparison.Ordinal), Errno.EINVAL);
        }

        bytes[length] = 0;
    }
}
