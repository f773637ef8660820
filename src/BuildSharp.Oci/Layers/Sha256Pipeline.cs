using System.Buffers;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;

namespace BuildSharp.Oci.Layers;

/// <summary>Computes SHA-256 on another thread. The caller's bytes are copied into a bounded ring of buffers, and the caller continues
/// meanwhile. Content that fits one buffer is hashed directly, without a thread and without OpenSSL.</summary>
internal sealed class Sha256Pipeline : IDisposable
{
    private const int BufferSize = 256 * 1024;
    private const int BufferCount = 4;

    private readonly (byte[]? Bytes, int Length)[] _ring = new (byte[]?, int)[BufferCount];
    private readonly SemaphoreSlim _free = new(BufferCount - 1);
    private readonly SemaphoreSlim _filled = new(0);
    private RunningDigest? _hash;
    private Thread? _worker;
    private ExceptionDispatchInfo? _failure;
    private byte[]? _current;
    private int _used;
    private int _next;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var length = Math.Min(bytes.Length, BufferSize - _used);
            _current ??= ArrayPool<byte>.Shared.Rent(BufferSize);
            bytes[..length].CopyTo(_current.AsSpan(_used));
            _used += length;
            bytes = bytes[length..];
            if (_used == BufferSize)
            {
                HandOver();
            }
        }
    }

    /// <summary>The hash of all appended bytes. Nothing may be appended afterwards.</summary>
    public Digest Complete()
    {
        StopWorker();
        _failure?.Throw();
        var last = _current.AsSpan(0, _used);
        _used = 0;
        if (_hash is null)
        {
            return Digest.Sha256(last);
        }

        _hash.Append(last);
        return _hash.Complete();
    }

    public void Dispose()
    {
        StopWorker();
        foreach (var bytes in _ring.Select(slot => slot.Bytes).Append(_current).OfType<byte[]>())
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }

        Array.Clear(_ring);
        _current = null;
        _hash?.Dispose();
        _free.Dispose();
        _filled.Dispose();
    }

    private void HandOver()
    {
        if (_worker is null)
        {
            _worker = new Thread(HashRing) { IsBackground = true, Name = "sha256" };
            _worker.Start();
        }

        var slot = _next++ % BufferCount;
        _ring[slot] = (_current!, _used);
        _filled.Release();
        _free.Wait();
        _current = _ring[_next % BufferCount].Bytes;
        _ring[_next % BufferCount].Bytes = null;
        _used = 0;
    }

    private void StopWorker()
    {
        if (_worker is null)
        {
            return;
        }

        // A length of 0 tells the worker to end.
        _ring[_next++ % BufferCount].Length = 0;
        _filled.Release();
        _worker.Join();
        _worker = null;
    }

    private void HashRing()
    {
        for (var i = 0; ; i++)
        {
            _filled.Wait();
            var (bytes, length) = _ring[i % BufferCount];
            if (length == 0)
            {
                return;
            }

            try
            {
                if (_failure is null)
                {
                    _hash ??= new RunningDigest();
                    _hash.Append(bytes.AsSpan(0, length));
                }
            }
            catch (CryptographicException failure)
            {
                _failure = ExceptionDispatchInfo.Capture(failure);
            }

            _free.Release();
        }
    }
}
