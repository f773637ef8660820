using BuildSharp.Notation;

namespace BuildSharp.Tests.Notation;

public class SlashPathTests
{
    [Theory]
    [InlineData("", ".")]
    [InlineData("a/./b//c/", "a/b/c")]
    [InlineData("a/../..", "..")]
    [InlineData("../../a", "../../a")]
    [InlineData("/../a/..", "/")]
    [InlineData("//a", "/a")]
    public void A_path_is_cleaned_as_Go_cleans_it(string path, string clean) => Assert.Equal(clean, SlashPath.Clean(path));

    [Fact]
    public void A_path_from_the_root_stays_below_it_and_a_clean_path_stays_as_it_is()
    {
        var random = new Random(Seed.Value);
        for (var i = 0; i < 20_000; i++)
        {
            var path = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => "a./"[random.Next(3)]));
            var clean = SlashPath.Clean(path);
            Assert.True(SlashPath.Clean(clean) == clean, $"{path} ({Seed.Shown})");
            var rooted = Path.TrimEndingDirectorySeparator(Path.GetFullPath("/" + path));
            Assert.True(SlashPath.Clean("/" + path) == rooted, $"{path} ({Seed.Shown})");
        }
    }
}
