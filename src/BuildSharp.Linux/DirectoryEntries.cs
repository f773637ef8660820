using System.Buffers;
using System.Runtime.InteropServices;

namespace BuildSharp.Linux;

/// <summary>One entry of a directory that is being read.</summary>
public readonly ref struct DirectoryEntry
{
    internal DirectoryEntry(ReadOnlySpan<byte> name, FileType type, ulong inode)
    {
        Name = name;
        Type = type;
        Inode = inode;
    }

    /// <summary>The name as bytes; valid until the next call of <see cref="DirectoryEntries.MoveNext"/>.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>Type of the file, if the file system returns it.</summary>
    public FileType Type { get; }

    /// <summary>Inode number; at a mount point that of the directory below the mount.</summary>
    public ulong Inode { get; }
}

/// <summary>Reads a directory with <c>getdents64</c> into one pooled buffer, without allocating memory per entry.</summary>
public ref struct DirectoryEntries
{
    private const int BufferSize = 32 * 1024;

    private readonly DirectoryHandle _directory;
    private byte[]? _buffer;
    private int _position;
    private int _end;

    internal DirectoryEntries(DirectoryHandle directory)
    {
        _directory = directory;
        if (lseek(directory.Descriptor, 0, SEEK_SET) < 0)
        {
            throw LinuxException.Last("lseek", directory.Name);
        }
    }

    /// <summary>The current entry.</summary>
    public DirectoryEntry Current { readonly get; private set; }

    /// <summary>The same object, for <c>foreach</c>.</summary>
    public readonly DirectoryEntries GetEnumerator() => this;

    /// <summary>Advances to the next entry; false at the end.</summary>
    public bool MoveNext()
    {
        _buffer ??= ArrayPool<byte>.Shared.Rent(BufferSize);
        while (true)
        {
            if (_position == _end && !Fill())
            {
                return false;
            }

            var record = _buffer.AsSpan(_position, _end - _position);
            var length = MemoryMarshal.Read<ushort>(record[16..]);
            var name = record[DirentName..length];
            name = name[..name.IndexOf((byte)0)];
            _position += length;
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
            {
                Current = new DirectoryEntry(name, (FileType)record[18], MemoryMarshal.Read<ulong>(record));
                return true;
            }
        }
    }

    /// <summary>Returns the buffer to the pool.</summary>
    public void Dispose()
    {
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
        }
    }

    private unsafe bool Fill()
    {
        fixed (byte* p = _buffer)
        {
            long read;
            while ((read = getdents64(_directory.Descriptor, p, (nuint)_buffer!.Length)) < 0)
            {
                if (LastError != Errno.EINTR)
                {
                    throw LinuxException.Last("getdents64", _directory.Name);
                }
            }

            _position = 0;
            _end = (int)read;
            return read > 0;
        }
    }
}
