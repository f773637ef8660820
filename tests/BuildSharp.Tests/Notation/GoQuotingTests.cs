using System.Text;
using BuildSharp.Notation;
using BuildSharp.Testing;
using BuildSharp.Tests.Dockerfiles.Ebnf;

namespace BuildSharp.Tests.Notation;

public sealed class GoQuotingTests
{
    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("a\"b\\c", "\"a\\\"b\\\\c\"")]
    [InlineData("\a\b\f\n\r\t\v", "\"\\a\\b\\f\\n\\r\\t\\v\"")]
    [InlineData("\u0001\u007f\u00a0\u2028", "\"\\x01\\x7f\\u00a0\\u2028\"")]
    [InlineData("é한😀", "\"é한😀\"")]
    [InlineData("\U000e0001", "\"\\U000e0001\"")]
    public void What_does_not_print_is_escaped_as_Go_does(string text, string quoted) => Assert.Equal(quoted, GoQuoting.Quote(text));

    [Fact]
    public void A_byte_that_was_not_UTF8_shows_as_itself() => Assert.Equal("\"a\\xff\"", GoQuoting.Quote(LosslessUtf8.Decode([(byte)'a', 0xff])));

    [Fact]
    public void Everything_beyond_ASCII_can_be_escaped()
    {
        Assert.Equal("\"\\u00e9\\U0001f600\"", GoQuoting.Quote("é😀", asciiOnly: true));
        Assert.Equal("'\\''", GoQuoting.Quote(new Rune('\''), asciiOnly: false));
    }

    /// <summary>Bytes of every kind, and the grammar's own reading of what was made of them.</summary>
    [Fact]
    public void Every_text_can_be_read_back()
    {
        var random = new Random(Seed.Value);
        for (var i = 0; i < 2000; i++)
        {
            var bytes = new byte[random.Next(12)];
            random.NextBytes(bytes);
            var text = LosslessUtf8.Decode(bytes);
            Assert.True(LosslessUtf8.Encode(text).AsSpan().SequenceEqual(bytes), $"{Convert.ToHexString(bytes)} ({Seed.Shown})");
            Assert.True(Unquoted(GoQuoting.Quote(text)) == text, $"{GoQuoting.Quote(text)} ({Seed.Shown})");
        }
    }

    [Fact]
    public void Every_sentence_of_the_grammar_is_quoted_again_as_one()
    {
        var grammar = new EbnfGrammar(File.ReadAllText(Path.Combine(Checkout.Root, "grammar", "quoted-text.ebnf")));
        var random = new Random(Seed.Value);
        for (var i = 0; i < 1000; i++)
        {
            var text = Unquoted(grammar.Sentence("quoted-text", random));
            Assert.True(Unquoted(GoQuoting.Quote(text)) == text, $"{GoQuoting.Quote(text)} ({Seed.Shown})");
        }
    }

    private static string Unquoted(string quoted)
    {
        Assert.True(quoted is ['"', .., '"']);
        var bytes = new List<byte>();
        for (var at = 1; at < quoted.Length - 1;)
        {
            var rune = Rune.GetRuneAt(quoted, at);
            at += rune.Utf16SequenceLength;
            if (rune.Value != '\\')
            {
                Assert.True(GoQuoting.IsPrintable(rune) && rune.Value != '"');
                bytes.AddRange(Encoding.UTF8.GetBytes(rune.ToString()));
                continue;
            }

            var letter = quoted[at++];
            var digits = letter switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
            var code = digits > 0 ? Convert.ToInt32(quoted.Substring(at, digits), 16) : "\a\b\f\n\r\t\v\\\""["abfnrtv\\\"".IndexOf(letter)];
            at += digits;
            bytes.AddRange(letter == 'x' ? [(byte)code] : Encoding.UTF8.GetBytes(char.ConvertFromUtf32(code)));
        }

        return LosslessUtf8.Decode([.. bytes]);
    }
}
