using BuildSharp.Notation;

namespace BuildSharp.Tests.Notation;

public sealed class ModeChangeTests
{
    [Theory]
    [InlineData("600", "644", false, "600")]
    [InlineData("0755", "644", false, "755")]
    [InlineData("0o4711", "644", false, "4711")]
    [InlineData("u=rwX,go=rX", "600", false, "644")]
    [InlineData("u=rwX,go=rX", "700", false, "755")]
    [InlineData("u=rwX,go=rX", "600", true, "755")]
    [InlineData("+x", "644", false, "755")]
    [InlineData("go-w", "666", false, "644")]
    [InlineData("u+s", "755", false, "4755")]
    [InlineData("g+s,+t", "755", true, "3755")]
    [InlineData("a=", "4755", false, "0")]
    [InlineData("u+x-w", "644", false, "544")]
    [InlineData("g=u", "640", false, "660")]
    [InlineData("go=u-w", "755", false, "755")]
    [InlineData("o+g,u-o", "750", false, "255")]
    public void A_mode_is_octal_or_symbolic(string change, string before, bool directory, string after) =>
        Assert.Equal(Convert.ToInt32(after, 8), ModeChange.Parse(change).Apply(Convert.ToInt32(before, 8), directory));

    [Theory]
    [InlineData("")]
    [InlineData("789")]
    [InlineData("10000")]
    [InlineData("u")]
    [InlineData("u+y")]
    [InlineData("u+x,")]
    [InlineData("g=ur")]
    public void Anything_else_is_an_error(string change) =>
        Assert.StartsWith($"Error parsing chmod {change}: ", Assert.Throws<FormatException>(() => ModeChange.Parse(change)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_mode_in_letters_is_the_mode_in_digits()
    {
        var random = new Random(Seed.Value);
        for (var i = 0; i < 1000; i++)
        {
            var (mode, before) = (random.Next(0x1000), random.Next(0x1000));
            var text = string.Join(',', "ugo".Select((who, place) => $"{who}={Letters((mode >> (6 - (3 * place))) & 7)}{Special(mode, place)}"));
            Assert.True(ModeChange.Parse(text).Apply(before, isDirectory: false) == mode, $"{text} on {Convert.ToString(before, 8)} ({Seed.Shown})");
            Assert.Equal(mode, ModeChange.Parse(Convert.ToString(mode, 8)).Apply(before, isDirectory: false));
        }
    }

    private static string Letters(int bits) => string.Concat("rwx".Where((_, place) => (bits & (4 >> place)) != 0));

    private static string Special(int mode, int place) => (mode & (0x800 >> place)) == 0 ? "" : place == 2 ? "t" : "s";
}
