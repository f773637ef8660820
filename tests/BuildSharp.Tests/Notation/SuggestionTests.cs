using BuildSharp.Notation;

namespace BuildSharp.Tests.Notation;

public class SuggestionTests
{
    [Theory]
    [InlineData("RNU", "RUN")]
    [InlineData("FRM", "FROM")]
    [InlineData("COPPY", "COPY")]
    [InlineData("BADCMD", null)]
    [InlineData("RUN", null)]
    public void A_slip_of_the_finger_is_recognised(string word, string? meant) =>
        Assert.Equal(meant, Suggestion.For(word, ["ADD", "CMD", "COPY", "ENV", "FROM", "RUN"]));

    [Theory]
    [InlineData("push", null)]
    [InlineData("shs", "ssh")]
    [InlineData("sqash", "squash")]
    [InlineData("squsah-al", "squash-all")]
    public void Of_a_short_word_one_letter_may_differ_and_of_a_longer_one_two(string word, string? meant) =>
        Assert.Equal(meant, Suggestion.For(word, ["ssh", "squash", "squash-all"]));
}
