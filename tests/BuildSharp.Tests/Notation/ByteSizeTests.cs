using BuildSharp.Notation;
using BuildSharp.Testing;
using BuildSharp.Tests.Dockerfiles.Ebnf;

namespace BuildSharp.Tests.Notation;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("100", 100)]
    [InlineData("100b", 100)]
    [InlineData("256m", 268_435_456)]
    [InlineData("1G", 1_073_741_824)]
    [InlineData("1.5 KiB", 1536)]
    [InlineData("7p", 7_881_299_347_898_368)]
    public void A_size_is_a_number_with_a_unit(string text, long bytes) => Assert.True(ByteSize.TryParse(text, out var read) && read == bytes);

    [Theory]
    [InlineData("")]
    [InlineData("12x")]
    [InlineData("-1")]
    [InlineData("k")]
    [InlineData("1kk")]
    [InlineData("8192p")]
    public void Anything_else_is_refused(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Fact]
    public void Every_sentence_of_the_grammar_is_a_size()
    {
        var grammar = new EbnfGrammar(File.ReadAllText(Path.Combine(Checkout.Root, "grammar", "byte-size.ebnf")));
        var random = new Random(Seed.Value);
        for (var i = 0; i < 1000; i++)
        {
            var text = grammar.Sentence("byte-size", random);
            text = random.Next(2) == 0 ? text : text.ToUpperInvariant();
            // Digits of the largest unit can make more than 8 EiB.
            Assert.True(ByteSize.TryParse(text, out var bytes) && bytes >= 0 || text.TrimStart("0123456789. ".ToCharArray()).StartsWith("p", StringComparison.OrdinalIgnoreCase), $"{text} ({Seed.Shown})");
        }
    }
}
