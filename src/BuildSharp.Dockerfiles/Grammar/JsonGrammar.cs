using System.Globalization;
using System.Text;
using System.Text.Json;
using BuildSharp.Notation;
using Pidgin;
using static Pidgin.Parser;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>JSON form of arguments: an array of strings as in RFC 8259 with nothing around it.</summary>
internal static class JsonGrammar
{
    /// <summary>Go's decoder fails at this depth, so the text is taken as shell form.</summary>
    private const int DeepestNesting = 10_000;

    private static readonly Parser<char, Unit> Gap = Run.Skip(c => c is ' ' or '\t' or '\n' or '\r');

    private static readonly Parser<char, string> SimpleEscape = OneOf("\"\\/bfnrt").Select(letter => letter switch
    {
        'b' => "\b",
        'f' => "\f",
        'n' => "\n",
        'r' => "\r",
        't' => "\t",
        _ => letter.ToString(),
    });

    private static readonly Parser<char, string> UnicodeEscape = Char('u').Then(Parser<char>.Token(char.IsAsciiHexDigit).RepeatString(4))
        .Select(digits => ((char)ushort.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)).ToString());

    /// <summary>Production <c>json-escape</c>.</summary>
    public static Parser<char, string> JsonEscape { get; } = Char('\\').Then(SimpleEscape.Or(UnicodeEscape));

    /// <summary>Production <c>json-string</c>.</summary>
    public static Parser<char, string> JsonString { get; } =
        Run.AtLeastOne(c => c is not ('"' or '\\') && c >= ' ', "text").Or(JsonEscape).Repeated().Joined()
            .Between(Char('"'))
            .Select(MendSurrogates);

    /// <summary>Production <c>json-array</c>.</summary>
    public static Parser<char, IReadOnlyList<Located<string>>> JsonArray { get; } =
        JsonString.Located().Before(Gap).SeparatedBy(Sign(',')).Or(Parser<char>.Return<IReadOnlyList<Located<string>>>([]))
            .Between(Blanks.SpaceRun.Then(Sign('[')), Sign(']'))
            .Before(Parser<char>.End);

    /// <summary>Whether a text is a JSON array that contains other values than strings, which is an error instead of shell form.</summary>
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
                // Read to the end to validate the rest. The reader needs no stack for nesting.
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static Parser<char, Unit> Sign(char sign) => Char(sign).Then(Gap);

    /// <summary>Replaces lone surrogates that were written as escapes with U+FFFD, as Go does. Bytes that are not UTF-8 are kept.</summary>
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
