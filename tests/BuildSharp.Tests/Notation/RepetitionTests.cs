using BuildSharp.Notation;
using Pidgin;
using static Pidgin.Parser;

namespace BuildSharp.Tests.Notation;

public class RepetitionTests
{
    private static readonly Parser<char, string> Pair = String("ab");

    [Theory]
    [InlineData("", 0)]
    [InlineData("ab", 1)]
    [InlineData("ababab", 3)]
    public void A_parser_is_repeated_as_often_as_it_succeeds(string text, int times) =>
        Assert.Equal(times, Pair.Repeated().Before(Parser<char>.End).ParseOrThrow(text).Count);

    [Fact]
    public void An_item_that_ends_in_its_middle_fails_the_repetition()
    {
        Assert.False(Pair.Repeated().Parse("aba").Success);
        Assert.Single(Try(Pair).Repeated().ParseOrThrow("aba"));
    }

    [Fact]
    public void Once_is_the_least_where_it_is_asked_for()
    {
        Assert.False(Pair.RepeatedAtLeastOnce().Parse("").Success);
        Assert.Equal(["ab", "ab"], Pair.RepeatedAtLeastOnce().ParseOrThrow("abab"));
    }

    [Fact]
    public void Separators_stand_between_items_and_not_behind_them()
    {
        var list = Pair.SeparatedBy(Char(','));
        Assert.Equal(["ab", "ab", "ab"], list.ParseOrThrow("ab,ab,ab"));
        Assert.False(list.Parse("ab,").Success);
        Assert.False(list.Parse("").Success);
    }

    [Fact]
    public void A_parser_that_takes_nothing_is_a_mistake_of_the_grammar() =>
        Assert.Throws<InvalidOperationException>(() => Return('x').Repeated().Parse("y"));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(1_000_000)]
    public void A_run_of_any_length_is_one_string(int length)
    {
        var digits = new string('7', length);
        Assert.Equal(digits, Run.Of(char.IsAsciiDigit).ParseOrThrow(digits + "x7"));
        Assert.Equal(length > 0, Run.AtLeastOne(char.IsAsciiDigit, "digit").Parse(digits).Success);
    }

    private static Parser<char, char> Return(char value) => Parser<char>.Return(value);
}
