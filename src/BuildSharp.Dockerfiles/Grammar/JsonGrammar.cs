using System.Globalization;
using System.Text;
using System.Text.Json;
using BuildSharp.Dockerfiles.Grammar.Combinators;
using BuildSharp.Notation;
using Sprache;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>The JSON form of arguments: an array of strings, exactly as RFC 8259 writes it and nothing around it.</summary>
internal static class JsonGrammar
{
    /// <summary>Go's decoder gives up at this depth and so takes the text for shell form.</summary>
    private const int DeepestNesting = 10_000;

    private static readonly Parser<string> Gap = Scan.While(c => c is ' ' or '\t' or '\n' or '\r');

    /// <summary>Production <c>json-escape</c>.</summary>
    public static Parser<string> JsonEscape { get; } =
        from backslash in Scan.Text("\\")
        from character in SimpleEscape().Else(UnicodeEscape())
        select character;

    /// <summary>Production <c>json-string</c>.</summary>
    public static Parser<string> JsonString { get; } =
        from open in Scan.Text("\"")
        from text in Scan.Some(c => c is not ('"' or '\\') && c >= ' ', "text").Else(JsonEscape).ManyJoined()
        from close in Scan.Text("\"")
        select MendSurrogates(text);

    /// <summary>Production <c>json-array</c>.</summary>
    public static Parser<IReadOnlyList<Located<string>>> JsonArray { get; } =
        from lead in Blanks.SpaceRun
        from open in Scan.Text("[")
        from items in Items()
        from close in Scan.Text("]")
        from tail in Gap
        select items;

    /// <summary>Whether a text that is not an array of strings is a JSON array all the same, which is an error and not shell form.</summary>
    public static bool IsArrayOfOtherThings(ReadOnlySpan<char> text)
    {
        if (!text.StartsWith("["))
        {
            return false;
        }

        var reader = new Utf8JsonReader(LosslessUtf8.Encode(text), new JsonReaderOptions { MaxDepth = DeepestNesting });
        try
        {
            while (reader.Read())
            {
                // Reading on validates; the reader keeps its depth in bits, not on the stack.
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static Parser<IReadOnlyList<Located<string>>> Items()
    {
        var item =
            from lead in Gap
            from text in JsonString.Located()
            from tail in Gap
            select text;
        var further =
            from comma in Scan.Text(",")
            from text in item
            select text;
        var several =
            from first in item
            from others in further.Many()
            select (IReadOnlyList<Located<string>>)[first, .. others];
        return several.Else(Gap.Select(_ => (IReadOnlyList<Located<string>>)[]));
    }

    private static Parser<string> SimpleEscape() =>
        from letter in Parse.Chars("\"\\/bfnrt")
        select letter switch { 'b' => "\b", 'f' => "\f", 'n' => "\n", 'r' => "\r", 't' => "\t", _ => letter.ToString() };

    private static Parser<string> UnicodeEscape() =>
        from letter in Scan.Text("u")
        from digits in Scan.One(char.IsAsciiHexDigit, "a hexadecimal digit").Repeat(4).Joined()
        select ((char)ushort.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)).ToString();

    /// <summary>Half a pair of surrogates, which only an escape can write, becomes U+FFFD as in Go; a stray byte stays what it is.</summary>
    private static string MendSurrogates(string text)
    {
        var broken = false;
        for (var i = 0; i < text.Length && !broken; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else
            {
                broken = !LosslessUtf8.IsStrayByte(text[i]);
            }
        }

        if (!broken)
        {
            return text;
        }

        var mended = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            mended.Append(rune.ToString());
        }

        return mended.ToString();
    }
}
