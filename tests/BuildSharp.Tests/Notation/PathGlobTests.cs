using System.Text.RegularExpressions;
using BuildSharp.Notation;

namespace BuildSharp.Tests.Notation;

public sealed class PathGlobTests
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
        Assert.Equal(matches, PathGlob.ParsePlain(pattern).Matches(name));

    [Theory]
    [InlineData("[")]
    [InlineData("[]")]
    [InlineData("[a-")]
    [InlineData("[]a]")]
    [InlineData("a\\")]
    public void A_broken_class_or_a_last_backslash_is_an_error(string pattern) =>
        Assert.Contains(GoQuoting.Quote(pattern), Assert.Throws<FormatException>(() => PathGlob.ParsePlain(pattern)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_escaped_character_is_no_wildcard()
    {
        var pattern = PathGlob.ParsePlain(@"a\*\\b");
        Assert.True(pattern.IsLiteral);
        Assert.Equal(@"a*\b", pattern.LiteralText);
    }

    [Fact]
    public void Every_pattern_matches_what_its_regular_expression_matches()
    {
        var random = new Random(Seed.Value);
        for (var i = 0; i < 5000; i++)
        {
            string[] parts = ["a", "b", "/", "*", "?", "**", "**/", "[ab]", "[^a]", "\\*"];
            string[] meanings = ["a", "b", "/", "[^/]*", "[^/]", "**", "**", "[ab]", "[^a]", "\\*"];
            var chosen = Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(parts.Length)).ToList();
            var pattern = string.Concat(chosen.Select(part => parts[part]));
            var path = string.Concat(Enumerable.Range(0, random.Next(7)).Select(_ => "ab/*"[random.Next(4)]));
            var plain = new Regex($"^(?:{string.Concat(chosen.Select(part => meanings[part] is "**" ? parts[part].EndsWith('/') ? "[^/]*/" : "[^/]*" : meanings[part]))})\\z");
            Assert.True(PathGlob.ParsePlain(pattern).Matches(path) == plain.IsMatch(path), $"{pattern} and {path} ({Seed.Shown})");
        }
    }
}
