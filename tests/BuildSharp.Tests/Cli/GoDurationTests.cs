using BuildSharp.Cli.Flags;

namespace BuildSharp.Tests.Cli;

public class GoDurationTests
{
    [Theory]
    [InlineData("2s", 2_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("1.5h", 5_400_000)]
    [InlineData("-300ms", -300)]
    [InlineData("1m0.5s", 60_500)]
    [InlineData("0", 0)]
    public void A_duration_is_numbers_with_units(string text, double milliseconds) =>
        Assert.Equal(milliseconds, GoDuration.Parse(text).TotalMilliseconds);

    [Theory]
    [InlineData("ABCD")]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("1.2.3s")]
    [InlineData("3 s")]
    public void Anything_else_is_refused_in_gos_words(string text) =>
        Assert.Equal($"time: invalid duration \"{text}\"", Assert.Throws<FormatException>(() => GoDuration.Parse(text)).Message);
}
