using System.Runtime.InteropServices;
using System.Text;

namespace BuildSharp.Linux;

/// <summary>A null-terminated array of C strings, outside the memory that the garbage collector moves.</summary>
internal readonly unsafe ref struct NativeStrings
{
    private readonly int _count;

    public NativeStrings(IReadOnlyList<string> texts)
    {
        _count = texts.Count;
        Pointers = (byte**)NativeMemory.AllocZeroed((nuint)(_count + 1), (nuint)sizeof(byte*));
        for (var i = 0; i < _count; i++)
        {
            var size = Encoding.UTF8.GetByteCount(texts[i]);
            Pointers[i] = (byte*)NativeMemory.Alloc((nuint)size + 1);
            Encoding.UTF8.GetBytes(texts[i], new Span<byte>(Pointers[i], size));
            Pointers[i][size] = 0;
        }
    }

    public byte** Pointers { get; }

    public void Dispose()
    {
        for (var i = 0; i < _count; i++)
        {
            NativeMemory.Free(Pointers[i]);
        }

        NativeMemory.Free(Pointers);
    }
}
