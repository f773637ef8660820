using BuildSharp.Cli.Commands.Images;
using BuildSharp.Cli.Commands.WorkingContainers;
using BuildSharp.Oci;

namespace BuildSharp.Tests.Cli;

public class CommandWordsTests
{
    [Theory]
    [InlineData("/bin/a b 'c d'", new[] { "/bin/a", "b", "c d" })]
    [InlineData("a \"b c\"d ''", new[] { "a", "b cd", "" })]
    [InlineData("a\\ b 'c\\d' \"e\\\"f\\g\"", new[] { "a b", "c\\d", "e\"f\\g" })]
    [InlineData("$HOME *", new[] { "$HOME", "*" })]
    [InlineData("  ", new string[0])]
    public void Words_are_split_as_a_shell_would_without_expansion(string text, string[] words) =>
        Assert.Equal(words, CommandWords.Split(text, "cmd"));

    [Theory]
    [InlineData("AB \"CD")]
    [InlineData("a 'b")]
    [InlineData("a\\")]
    public void An_open_quote_names_the_flag(string text)
    {
        var error = Assert.Throws<BuildSharpException>(() => CommandWords.Split(text, "cmd"));
        Assert.StartsWith("parsing --cmd \"", error.Message);
        Assert.EndsWith("\": invalid command line string", error.Message);
    }

    [Fact]
    public void Variables_come_from_the_caller_by_name_by_prefix_or_all()
    {
        var environment = new Dictionary<string, string> { ["A"] = "1", ["AB"] = "2", ["C"] = "3" };
        Assert.Equal(["X=y", "A=1"], CallerVariables.Resolve(["X=y", "A", "NOPE"], environment));
        Assert.Equal(["A=1", "AB=2"], CallerVariables.Resolve(["A*"], environment));
        Assert.Equal(3, CallerVariables.Resolve(["*"], environment).Count);
    }

    [Theory]
    [InlineData("id=87", true)]
    [InlineData("name=work,id=87", true)]
    [InlineData("name=work,id=88", false)]
    [InlineData("id=88,id=87", true)]
    [InlineData("ancestor=alpine", true)]
    [InlineData("ancestor=alpine:3", true)]
    [InlineData("ancestor=feed", true)]
    [InlineData("ancestor=busybox", false)]
    public void Container_filters_must_all_hold_and_the_last_of_a_key_counts(string filter, bool matches) =>
        Assert.Equal(matches, ContainerFilter.Parse(filter).Matches(
            new ContainerRow("8745", true, "feed01", "docker.io/library/alpine:3", "working-container")));

    [Theory]
    [InlineData("foo=x", "parsing filter: invalid filter \"foo\"")]
    [InlineData("name", "parsing filter: incorrect filter value \"name\", should be of form filter=value")]
    public void A_bad_container_filter_is_named(string filter, string message) =>
        Assert.Equal(message, Assert.Throws<BuildSharpException>(() => ContainerFilter.Parse(filter)).Message);

    [Theory]
    [InlineData("app", "localhost/app:latest", true)]
    [InlineData("a*", "localhost/app:latest", true)]
    [InlineData("app:1.*", "localhost/app:1.2", true)]
    [InlineData("localhost/*", "localhost/team/app:1", false)]
    [InlineData("team/app", "localhost/team/app:1", true)]
    [InlineData("pp", "localhost/app:latest", false)]
    [InlineData("[a-c]pp:[^l]*", "localhost/app:1.2", true)]
    [InlineData("[a-c]pp:[^l]*", "localhost/app:latest", false)]
    public void A_reference_pattern_matches_whole_parts_of_a_name(string pattern, string name, bool matches) =>
        Assert.Equal(matches, ReferenceGlob.Parse(pattern).Matches(name));
}
