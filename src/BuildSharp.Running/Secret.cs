using System.Security.Cryptography;
using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Running;

/// <summary>A secret of the caller (<c>--secret</c>): a file, or a value from the environment. It is read when a command needs it.</summary>
/// <remarks>Not a record, whose text would show the value.</remarks>
public sealed class Secret
{
    // As in BuildKit. The limit keeps a mistaken path from filling the memory.
    private const int MostBytes = 500 * 1024;

    private readonly string? _path;
    private readonly string _value;

    private Secret(string? path, string value) => (_path, _value) = (path, value);

    /// <summary>A secret in a file.</summary>
    /// <param name="path">Absolute path on the host.</param>
    public static Secret OfFile(string path) => new(path, "");

    /// <summary>A secret that the caller has as text.</summary>
    public static Secret OfValue(string value) => new(null, value);

    /// <summary>Gives the secret to a function, and clears it afterwards. From then on this process leaves no core dump.</summary>
    /// <param name="id">Its name, for messages.</param>
    /// <param name="use">Uses the bytes and does not keep them.</param>
    /// <exception cref="BuildSharpException">The file cannot be read, or is longer than 500 KiB.</exception>
    internal void Use(string id, Action<ReadOnlySpan<byte>> use)
    {
        CoreDump.Disable();
        var buffer = new byte[MostBytes + 1];
        try
        {
            var length = Read(id, buffer);
            use(length <= MostBytes ? buffer.AsSpan(0, length) : throw new BuildSharpException(
                $"secret {id}: {_path ?? "its value"} has more than {MostBytes / 1024} KiB, the most that a secret may have"));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    private int Read(string id, byte[] buffer)
    {
        if (_path is null)
        {
            return Encoding.UTF8.GetByteCount(_value) <= MostBytes ? Encoding.UTF8.GetBytes(_value, buffer) : buffer.Length;
        }

        try
        {
            // Unbuffered, because a buffer would not be cleared.
            using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            return file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BuildSharpException($"secret {id}: reading {_path}: {error.Message}", error);
        }
    }
}
