using BuildSharp.Containers.Adding;
using BuildSharp.Oci;

namespace BuildSharp.Tests.Containers;

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
        Assert.StartsWith($"Error parsing chmod {change}: ", Assert.Throws<BuildSharpException>(() => ModeChange.Parse(change)).Message, StringComparison.Ordinal);
}
