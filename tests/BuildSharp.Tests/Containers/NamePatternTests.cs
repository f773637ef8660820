using BuildSharp.Containers.Adding;
using BuildSharp.Oci;

namespace BuildSharp.Tests.Containers;

public sealed class NamePatternTests
{
    [Theory]
    [InlineData("*", "", true)]
    [InlineData("*", ".hidden", true)]
    [InlineData("*.txt", "a.txt", true)]
    [InlineData("*.txt", "a.txt.gz", false)]
    [InlineData("a*b*c", "aXbXbXc", true)]
    [InlineData("a*b*c", "aXcXb", false)]
    [InlineData("?", "a", true)]
    [InlineData("?", "", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[a-c]x", "dx", false)]
    [InlineData("[^a-c]x", "dx", true)]
    [InlineData("[^a-c]x", "ax", false)]
    [InlineData("a[[]1]", "a[1]", true)]
    [InlineData(@"\*", "*", true)]
    [InlineData(@"\*", "a", false)]
    [InlineData(@"[\]]", "]", true)]
    [InlineData(@"[a\-z]", "-", true)]
    public void A_wildcard_stands_for_part_of_one_name(string pattern, string name, bool matches) =>
        Assert.Equal(matches, NamePattern.Parse(pattern).Matches(name));

    [Theory]
    [InlineData("[")]
    [InlineData("[]")]
    [InlineData("[a-")]
    [InlineData("[]a]")]
    [InlineData("a\\")]
    public void A_broken_class_or_a_last_backslash_is_an_error(string pattern) =>
        Assert.Contains(pattern, Assert.Throws<BuildSharpException>(() => NamePattern.Parse(pattern)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_escaped_character_is_no_wildcard()
    {
        var pattern = NamePattern.Parse(@"a\*\\b");
        Assert.False(pattern.HasWildcard);
        Assert.Equal(@"a*\b", pattern.Literal);
    }
}
