using System.Text;
using System.Text.Encodings.Web;

namespace BuildSharp.Oci.Json;

/// <summary>Escapes strings as Go's <c>encoding/json</c> does: quotes, backslashes, control characters, <c>&lt; &gt; &amp;</c> and
/// U+2028/2029, in lower-case hexadecimal. All other characters are written unescaped.</summary>
/// <remarks>Backspace and form feed are written <c>\u0008</c> and <c>\u000c</c>, as Go did before 1.22. No known image contains them, and a
/// copied config keeps its bytes.</remarks>
internal sealed unsafe class GoJsonEncoder : JavaScriptEncoder
{
    public static readonly GoJsonEncoder Instance = new();

    public override int MaxOutputCharactersPerInputCharacter => 6;

    public override bool WillEncode(int unicodeScalar) =>
        unicodeScalar is < 0x20 or '"' or '\\' or '<' or '>' or '&' or 0x2028 or 0x2029;

    public override int FindFirstCharacterToEncode(char* text, int textLength)
    {
        var span = new ReadOnlySpan<char>(text, textLength);
        for (var i = 0; i < span.Length; i++)
        {
            var unit = span[i];
            if (WillEncode(unit))
            {
                return i;
            }

            if (!char.IsSurrogate(unit))
            {
                continue;
            }

            // A lone surrogate has no UTF-8 form; the base class replaces it.
            if (Rune.DecodeFromUtf16(span[i..], out _, out var consumed) != System.Buffers.OperationStatus.Done)
            {
                return i;
            }

            i += consumed - 1;
        }

        return -1;
    }

    public override bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        var output = new Span<char>(buffer, bufferLength);
        var shortForm = unicodeScalar switch { '"' => '"', '\\' => '\\', '\n' => 'n', '\r' => 'r', '\t' => 't', _ => '\0' };
        numberOfCharactersWritten = shortForm == 0 ? 6 : 2;
        if (output.Length < numberOfCharactersWritten)
        {
            numberOfCharactersWritten = 0;
            return false;
        }

        output[0] = '\\';
        if (shortForm != 0)
        {
            output[1] = shortForm;
            return true;
        }

        output[1] = 'u';
        return unicodeScalar.TryFormat(output[2..], out _, "x4");
    }
}
