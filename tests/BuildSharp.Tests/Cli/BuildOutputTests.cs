using BuildSharp.Cli.Commands.Building;

namespace BuildSharp.Tests.Cli;

public class BuildOutputTests
{
    [Theory]
    [InlineData("-", true, null)]
    [InlineData("type=tar,dest=-", true, null)]
    [InlineData("some/dir", false, "some/dir")]
    [InlineData("type=local,dest=d", false, "d")]
    [InlineData("dest=a=b,type=tar", true, "a=b")]
    public void A_place_is_a_directory_a_tar_or_standard_output(string text, bool isTar, string? path) =>
        Assert.Equal(new BuildOutput(isTar, path), BuildOutput.Parse(text));
}
