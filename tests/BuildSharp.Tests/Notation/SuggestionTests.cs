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
}
