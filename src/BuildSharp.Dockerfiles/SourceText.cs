using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Dockerfiles;

/// <summary>One Dockerfile's text under the name that messages use. It keeps no index of its lines: a position is found while reading,
/// and a line's text is looked up only when a message shows it.</summary>
public sealed class SourceText
{
    /// <summary>Size of the largest Dockerfile.</summary>
    public const int MostBytes = 16_777_216;

    private Cursor _cursor = new(1, 0);

    /// <summary>Wraps text that is already decoded.</summary>
    /// <param name="text">The whole file. A byte order mark at its very start is not part of the language and is dropped.</param>
    /// <param name="name">The name as the user spelled it, for example <c>docker/Dockerfile</c> or <c>-</c>.</param>
    public SourceText(string text, string name)
    {
        HasByteOrderMark = text.StartsWith('\uFEFF');
        Text = HasByteOrderMark ? text[1..] : text;
        Name = name;
    }

    /// <summary>The name as the user spelled it.</summary>
    public string Name { get; }

    /// <summary>The text without a byte order mark, line ends as written.</summary>
    public string Text { get; }

    /// <summary>Whether a byte order mark stood at the start.</summary>
    public bool HasByteOrderMark { get; }

    /// <summary>Decodes a file. Bytes that are not UTF-8 survive as <see cref="LosslessUtf8"/> says.</summary>
    /// <exception cref="BuildSharpException">It has more than <see cref="MostBytes"/>.</exception>
    public static SourceText FromBytes(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.Length > MostBytes)
        {
            throw new BuildSharpException(FormattableString.Invariant(
                $"{name}: a Dockerfile has at most {MostBytes:N0} bytes (16 MiB), and this file has more: is it the right one?"));
        }

        return new SourceText(LosslessUtf8.Decode(bytes), name);
    }

    /// <summary>Reads and decodes a file, and no more of it than shows that it is too large.</summary>
    /// <exception cref="BuildSharpException">It has more than <see cref="MostBytes"/>.</exception>
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

    /// <summary>The text of a physical line without its line end, or an empty string past the end.</summary>
    /// <param name="number">Counted from 1.</param>
    public string Line(int number) => LineSpan(number).ToString();

    /// <summary>As <see cref="Line"/>, without a copy: a message shows a little of a line that may have a million characters.</summary>
    internal ReadOnlySpan<char> LineSpan(int number)
    {
        // Messages mostly come in the order of the file, so the search goes on where the last one ended.
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
