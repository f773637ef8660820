using BuildSharp.Notation;

namespace BuildSharp.Tests.Notation;

public class GoDurationTests
{
    [Theory]
    [InlineData("2s", 2_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("1.5h", 5_400_000)]
    [InlineData("1.h", 3_600_000)]
    [InlineData(".5s", 500)]
    [InlineData("-300ms", -300)]
    [InlineData("+1m0.5s", 60_500)]
    [InlineData("0", 0)]
    [InlineData("1ns", 0.0001)]
    public void A_duration_is_numbers_with_units(string text, double milliseconds)
    {
        Assert.True(GoDuration.TryParse(text, out var duration));
        Assert.Equal(milliseconds, duration.TotalMilliseconds);
    }

    [Theory]
    [InlineData("ABCD")]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("1.2.3s")]
    [InlineData("3 s")]
    [InlineData("1e3s")]
    public void Anything_else_is_refused(string text) => Assert.False(GoDuration.TryParse(text, out _));

    [Theory]
    [InlineData("700ns")]
    [InlineData("1.5µs")]
    [InlineData("250ms")]
    [InlineData("1.5s")]
    [InlineData("1h30m0s")]
    [InlineData("-1m1.25s")]
    public void A_duration_is_printed_as_it_is_read(string text)
    {
        Assert.True(GoDuration.TryParse(text, out var duration));
        Assert.Equal(text, GoDuration.Format(duration));
    }

    [Fact]
    public void The_longest_duration_is_gos()
    {
        Assert.True(GoDuration.TryParse("2562047h47m16.8547758s", out var longest));
        Assert.Equal("2562047h47m16.8547758s", GoDuration.Format(longest));
        Assert.False(GoDuration.TryParse("2562047h47m16.854775808s", out _));
    }

    [Theory]
    [InlineData("79228162514264337593543950335h")]
    [InlineData("79228162514264337593543950336h")]
    [InlineData("9223372036854775807h9223372036854775807h")]
    [InlineData("2562047h9999999999999999999s")]
    public void A_duration_that_no_clock_holds_is_refused(string text) => Assert.False(GoDuration.TryParse(text, out _));

    [Fact]
    public void Every_duration_is_read_as_it_was_printed()
    {
        var random = new Random(Seed.Value);
        for (var i = 0; i < 1000; i++)
        {
            // Any number of digits, so that small durations are as frequent as large ones.
            var duration = TimeSpan.FromTicks(random.NextInt64(long.MaxValue / 100) >> random.Next(57)) * (random.Next(2) == 0 ? 1 : -1);
            var text = GoDuration.Format(duration);
            Assert.True(GoDuration.TryParse(text, out var read) && read == duration, $"{text} is {duration.Ticks} ticks ({Seed.Shown})");
        }
    }
}
