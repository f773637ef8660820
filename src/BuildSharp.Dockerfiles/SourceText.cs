using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Dockerfiles;

/// <summary>The text of one Dockerfile and its name for messages. It has no index of lines: positions are computed while parsing, and a
/// line's text is searched only for messages.</summary>
public sealed class SourceText
{
    /// <summary>Maximum size of a Dockerfile in bytes.</summary>
    public const int MostBytes = 16_777_216;

    private Cursor _cursor = new(1, 0);

    /// <summary>Creates a source from decoded text.</summary>
    /// <param name="text">The whole file. A byte order mark at the start is removed.</param>
    /// <param name="name">Name of the file as the user wrote it, for example <c>docker/Dockerfile</c> or <c>-</c>.</param>
    public SourceText(string text, string name)
    {
        HasByteOrderMark = text.StartsWith('\uFEFF');
        Text = HasByteOrderMark ? text[1..] : text;
        Name = name;
    }

    /// <summary>Name of the file as the user wrote it.</summary>
    public string Name { get; }

    /// <summary>The text without byte order mark, with its original line ends.</summary>
    public string Text { get; }

    /// <summary>Whether the file started with a byte order mark.</summary>
    public bool HasByteOrderMark { get; }

    /// <summary>Decodes a file. Bytes that are not UTF-8 are preserved, see <see cref="LosslessUtf8"/>.</summary>
    /// <exception cref="BuildSharpException">The file exceeds <see cref="MostBytes"/>.</exception>
    public static SourceText FromBytes(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.Length > MostBytes)
        {
            throw new BuildSharpException(FormattableString.Invariant(
                $"{name}: a Dockerfile has at most {MostBytes:N0} bytes (16 MiB), and this file has more: is it the right one?"));
        }

        return new SourceText(LosslessUtf8.Decode(bytes), name);
    }

    /// <summary>Reads and decodes a file; stops reading when it exceeds the maximum size.</summary>
    /// <exception cref="BuildSharpException">The file exceeds <see cref="MostBytes"/>.</exception>
    public static SourceText Read(Stream stream, string name)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[81920];
        for (int count; bytes.Length <= MostBytes && (count = stream.Read(buffer)) > 0;)
        {
            bytes.Write(buffer, 0, count);
        }

        return FromBytes(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), name);
    }

    /// <summary>Text of a physical line without its line end; empty after the last line.</summary>
    /// <param name="number">Line number from 1.</param>
    public string Line(int number) => LineSpan(number).ToString();

    /// <summary>As <see cref="Line"/>, without a copy: a line may have a million characters, of which a message shows few.</summary>
    internal ReadOnlySpan<char> LineSpan(int number)
    {
        // Messages usually come in the order of the file, so continue where the last search ended.
        var from = _cursor.Line <= number ? _cursor : new Cursor(1, 0);
        var start = from.Offset;
        for (var line = from.Line; line < number; line++)
        {
            var end = Text.IndexOf('\n', start);
            if (end < 0)
            {
                return "";
            }

            start = end + 1;
        }

        _cursor = new Cursor(number, start);
        var stop = Text.IndexOf('\n', start);
        return (stop < 0 ? Text.AsSpan(start) : Text.AsSpan(start, stop - start)).TrimEnd('\r');
    }

    private sealed record Cursor(int Line, int Offset);
}
