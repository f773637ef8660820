using BuildSharp.Cli.Commands.Skopeo;
using BuildSharp.Oci;

namespace BuildSharp.Tests.Cli;

public class VersionRangeTests
{
    private const string Tags = "0.0.1 0.0.2 0.1.0 0.2.3 1.0.0 v1.2 1.2.3 1.2.4-rc.1 1.2.4 1.3.0 2.0.0 2.1 3 latest 1.2.3.4 01x 4-5";

    [Theory]
    [InlineData(">=1.2, <2", "v1.2 1.2.3 1.2.4 1.3.0")]
    [InlineData(">= 1.3 < 3", "1.3.0 2.0.0 2.1")]
    [InlineData("1.2.3", "1.2.3")]
    [InlineData("=1.2", "v1.2 1.2.3 1.2.4")]
    [InlineData("1.2.x", "v1.2 1.2.3 1.2.4")]
    [InlineData("~1.2.3", "1.2.3 1.2.4")]
    [InlineData("~1", "1.0.0 v1.2 1.2.3 1.2.4 1.3.0")]
    [InlineData("^1.2.3", "1.2.3 1.2.4 1.3.0")]
    [InlineData("^0.1", "0.1.0")]
    [InlineData("^0.0.1", "0.0.1")]
    [InlineData("^0", "0.0.1 0.0.2 0.1.0 0.2.3")]
    [InlineData(">1", "2.0.0 2.1 3")]
    [InlineData("<=1.2", "0.0.1 0.0.2 0.1.0 0.2.3 1.0.0 v1.2 1.2.3 1.2.4")]
    [InlineData("1.2.3 - 2.0", "1.2.3 1.2.4 1.3.0 2.0.0")]
    [InlineData(">=1.2.4-alpha, <1.3.0-0", "1.2.4-rc.1 1.2.4")]
    [InlineData("0.0.1 || 3", "0.0.1 3")]
    [InlineData("!=1, >=0.2", "0.2.3 2.0.0 2.1 3")]
    [InlineData("*", "0.0.1 0.0.2 0.1.0 0.2.3 1.0.0 v1.2 1.2.3 1.2.4 1.3.0 2.0.0 2.1 3")]
    public void A_range_chooses_among_tags(string range, string chosen) =>
        Assert.Equal(chosen, string.Join(' ', Tags.Split(' ').Where(VersionRange.Parse(range, "file").Includes)));

    [Theory]
    [InlineData("latest")]
    [InlineData(">=")]
    [InlineData("1.2.3.4")]
    public void Another_text_is_refused(string range) =>
        Assert.StartsWith($"file: {range} is no range of versions", Assert.Throws<BuildSharpException>(() => VersionRange.Parse(range, "file")).Message);

    [Theory]
    [InlineData("1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 1.0.1")]
    public void Pre_releases_are_in_order(string versions)
    {
        var inOrder = versions.Split(' ').Select(text => SemanticVersion.TryParse(text, out _)!).ToList();
        Assert.Equal(inOrder, inOrder.AsEnumerable().Reverse().Order());
    }
}
