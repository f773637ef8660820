using System.Buffers;
using System.Text;

namespace BuildSharp.Linux;

/// <summary>A zero-terminated path for the kernel, on the stack if it is short.</summary>
internal ref struct NativePath
{
    /// <summary>Size of the buffers that callers provide on the stack; longer paths use pooled memory.</summary>
    internal const int StackSize = 256;

    private readonly Span<byte> _bytes;
    private byte[]? _rented;

    internal NativePath(scoped ReadOnlySpan<byte> path, Span<byte> stack)
    {
        _bytes = Room(path.Length + 1, stack, out _rented);
        path.CopyTo(_bytes);
        Terminate(path.Length);
    }

    internal NativePath(string path, Span<byte> stack)
    {
        _bytes = Room(Encoding.UTF8.GetMaxByteCount(path.Length) + 1, stack, out _rented);
        Terminate(Encoding.UTF8.GetBytes(path, _bytes));
    }

    internal readonly ref byte GetPinnableReference() => ref _bytes.GetPinnableReference();

    public void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
            _rented = null;
        }
    }

    private static Span<byte> Room(int size, Span<byte> stack, out byte[]? rented)
    {
        rented = size > stack.Length ? ArrayPool<byte>.Shared.Rent(size) : null;
        return rented ?? stack;
    }

    private readonly void Terminate(int length)
    {
        // The kernel would stop at the zero byte and use another path than intended.
        if (_bytes[..length].Contains((byte)0))
        {
            throw new LinuxException("path", Encoding.UTF8.GetString(_bytes[..length]).Replace("\0", "\\0", StringComparison.Ordinal), Errno.EINVAL);
        }

        _bytes[length] = 0;
    }
}
