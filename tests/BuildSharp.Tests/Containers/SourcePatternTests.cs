using System.Text;
using BuildSharp.Containers.Adding.Sources;
using BuildSharp.Linux;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Containers;

public sealed class SourcePatternTests : IDisposable
{
    private readonly TemporaryDirectory _tree = new();

    public void Dispose() => _tree.Dispose();

    [Theory]
    [InlineData("a/", "/f")]
    [InlineData("**/", "/f")]
    [InlineData("[a]/", "f")]
    [InlineData("**/a/", "**")]
    [InlineData("./", "x")]
    public void A_word_of_a_hundred_thousand_names_is_looked_for_without_a_stack(string name, string end)
    {
        _tree.Write("f", "");
        _tree.Write("a/a/a/f", "");

        Assert.InRange(Find(string.Concat(Enumerable.Repeat(name, 100_000)) + end).Count, 0, 5);
    }

    [Theory]
    [InlineData("**/f", "f a/a/a/f")]
    [InlineData("**/**/**/f", "f a/a/a/f")]
    [InlineData("**/a/**/f", "a/a/a/f")]
    [InlineData("**/a/**/a", "a/a a/a/a")]
    [InlineData("a/**", "a a/a a/a/a a/a/a/f")]
    [InlineData("a/*/a", "a/a/a")]
    [InlineData("b/**/a", "")]
    public void What_matches_in_several_ways_is_found_once(string word, string expected)
    {
        _tree.Write("f", "");
        _tree.Write("a/a/a/f", "");

        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), Find(word));
    }

    [Fact]
    public async Task Many_double_stars_take_no_longer_than_the_tree_is_large()
    {
        _tree.MakeDirectory(string.Join('/', Enumerable.Repeat("d", 200)));
        var word = string.Concat(Enumerable.Repeat("**/d/", 12)) + "**/f";

        Assert.Empty(await Task.Run(() => Find(word)).WaitAsync(TimeSpan.FromSeconds(60)));
    }

    private List<string> Find(string word)
    {
        using var root = DirectoryHandle.Open(_tree.Path);
        return [.. SourcePattern.Parse(word).Find(root, followLinks: true).Select(item => Encoding.UTF8.GetString(item.Path))];
    }
}
