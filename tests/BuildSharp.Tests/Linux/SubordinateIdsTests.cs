using BuildSharp.Linux;

namespace BuildSharp.Tests.Linux;

public sealed class SubordinateIdsTests
{
    [Theory]
    [InlineData("me:100000:65536\n", "100000+65536")]
    [InlineData("1000:100000:65536\r\n", "100000+65536")]
    [InlineData("you:100000:65536\nme:165536:65536\n1000:500:10\n", "165536+65536 500+10")]
    [InlineData("me:100000:65536\nme:100000:65536\n", "100000+65536")]
    [InlineData("", "")]
    [InlineData("# me:1:2\nmeme:1:2\n:1:2\nme:1\nme:1:2:3\nme:-1:5\nme:1:0\nme:4294967296:1\nme:a:b", "")]
    public void A_user_has_the_ranges_of_the_lines_with_his_name_or_number(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', SubordinateIds.Of(text, "me", 1000).Select(range => $"{range.First}+{range.Count}")));

    [Fact]
    public void A_user_without_a_name_has_those_of_his_number_and_no_more_than_a_map_can_have()
    {
        var text = ":7:1\n" + string.Concat(Enumerable.Range(0, 500).Select(n => $"1000:{n * 10}:10\n"));
        Assert.Equal(339, SubordinateIds.Of(text, null, 1000).Count);
    }
}
