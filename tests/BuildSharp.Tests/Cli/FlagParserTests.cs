using BuildSharp.Cli.Flags;
using BuildSharp.Oci;

namespace BuildSharp.Tests.Cli;

public class FlagParserTests
{
    private static readonly FlagSet Flags = new(
    [
        Flag.Bool("quiet", "", 'q'),
        Flag.Bool("layers", "", variable: "BUILDAH_LAYERS"),
        Flag.Text("file", "", 'f'),
        Flag.Text("format", "", standard: "oci", variable: "BUILDAH_FORMAT"),
        Flag.Text("network", "") with { Aliases = ["net"] },
        Flag.OptionalText("pull", "", "missing", "always"),
        Flag.Number("jobs", "", standard: "1"),
        Flag.CsvList("filter", ""),
        Flag.List("env", "", 'e'),
        Flag.Numbers("codes", ""),
        Flag.Text("isolation", "").Refuse("no", "oci"),
    ]);

    private static ParsedLine Parse(params string[] words) => Parse(FlagPlacement.BeforePositionals, words);

    private static ParsedLine Parse(FlagPlacement placement, string[] words, Dictionary<string, string>? environment = null) =>
        FlagParser.Parse(words, Flags, placement, environment ?? []);

    private static string Refusal(params string[] words) => Assert.Throws<BuildSharpException>(() => Parse(words)).Message;

    [Theory]
    [InlineData("--file", "x")]
    [InlineData("--file=x")]
    [InlineData("-f", "x")]
    [InlineData("-fx")]
    [InlineData("-f=x")]
    [InlineData("-qfx")]
    [InlineData("-qf", "x")]
    [InlineData("--file=a", "--file", "x")]
    public void A_value_may_be_glued_on_or_be_the_next_word_and_the_last_one_wins(params string[] words) =>
        Assert.Equal("x", Parse(words).Flags.Text("file"));

    [Fact]
    public void A_switch_takes_a_value_only_after_an_equals_sign()
    {
        var line = Parse("--quiet", "false");
        Assert.True(line.Flags.Bool("quiet"));
        Assert.Equal(["false"], line.Positionals);
        Assert.False(Parse("--quiet=f").Flags.Bool("quiet"));
        Assert.True(Parse("-q=T").Flags.Bool("quiet"));
    }

    [Fact]
    public void An_optional_value_must_be_glued_on()
    {
        var bare = Parse("--pull", "never");
        Assert.Equal("always", bare.Flags.Text("pull"));
        Assert.Equal(["never"], bare.Positionals);
        Assert.Equal("never", Parse("--pull=never").Flags.Text("pull"));
        Assert.Equal("missing", Parse().Flags.Text("pull"));
    }

    [Fact]
    public void Set_to_empty_is_not_unset()
    {
        Assert.Null(Parse().Flags.Text("file"));
        Assert.Equal("", Parse("--file=").Flags.Text("file"));
        Assert.Equal("", Parse("--file", "").Flags.Text("file"));
        Assert.True(Parse("--file=").Flags.IsSet("file"));
        Assert.Empty(Parse("--filter=").Flags.All("filter"));
        Assert.Equal([""], Parse("--env=").Flags.All("env"));
    }

    [Fact]
    public void One_kind_of_list_is_split_at_commas_and_the_other_is_not()
    {
        Assert.Equal(["a", "b", "c,d"], Parse("--filter", "a,b", "--filter", "\"c,d\"").Flags.All("filter"));
        Assert.Equal(["A=1,2", "B=3"], Parse("-e", "A=1,2", "-eB=3").Flags.All("env"));
        Assert.Equal([0, 3, 7], Parse("--codes", "0,3", "--codes=7").Flags.Numbers("codes"));
    }

    [Fact]
    public void The_environment_supplies_defaults_that_the_command_line_overrides()
    {
        var environment = new Dictionary<string, string> { ["BUILDAH_FORMAT"] = "docker", ["BUILDAH_LAYERS"] = "1" };
        Assert.Equal("docker", Parse(FlagPlacement.Anywhere, [], environment).Flags.Text("format"));
        Assert.True(Parse(FlagPlacement.Anywhere, [], environment).Flags.Bool("layers"));
        Assert.Equal("oci", Parse(FlagPlacement.Anywhere, ["--format=oci"], environment).Flags.Text("format"));
    }

    [Fact]
    public void Flags_end_at_the_first_positional_or_stand_anywhere_as_the_verb_has_it()
    {
        Assert.Equal(["c", "-q"], Parse("c", "-q").Positionals);
        var line = Parse(FlagPlacement.Anywhere, ["c", "-q", "d", "--", "-f"]);
        Assert.Equal(["c", "d", "-f"], line.Positionals);
        Assert.True(line.Flags.Bool("quiet"));
        Assert.Equal(["c", "--", "x"], Parse(FlagPlacement.BeforeCommand, ["--", "c", "--", "x"]).Positionals);
    }

    [Fact]
    public void An_alias_is_the_same_flag() => Assert.Equal("host", Parse("--net", "host").Flags.Text("network"));

    [Theory]
    [InlineData("unknown flag: --x", "--x")]
    [InlineData("unknown flag: --qui (did you mean --quiet?)", "--qui")]
    [InlineData("unknown shorthand flag: 'n' in -n", "-n")]
    [InlineData("unknown shorthand flag: 'n' in -nq", "-qnq")]
    [InlineData("flag needs an argument: --file", "--file")]
    [InlineData("flag needs an argument: 'f' in -f", "-qf")]
    [InlineData("bad flag syntax: --=x", "--=x")]
    [InlineData("invalid argument \"bogus\" for \"--layers\" flag: strconv.ParseBool: parsing \"bogus\": invalid syntax", "--layers=bogus")]
    [InlineData("invalid argument \"x\" for \"-q, --quiet\" flag: strconv.ParseBool: parsing \"x\": invalid syntax", "-q=x")]
    [InlineData("invalid argument \"many\" for \"--jobs\" flag: strconv.ParseInt: parsing \"many\": invalid syntax", "--jobs", "many")]
    public void A_mistake_is_named_in_the_words_scripts_match(string message, params string[] words) =>
        Assert.Equal(message, Refusal(words));

    [Fact]
    public void A_refused_flag_passes_only_when_it_asks_for_what_happens_anyway()
    {
        Parse("--isolation=oci").Flags.RefuseUnsupported();
        var error = Assert.Throws<BuildSharpException>(() => Parse("--isolation=chroot").Flags.RefuseUnsupported());
        Assert.Equal("--isolation is not supported yet: no", error.Message);
        Assert.Equal(125, error.ExitCode);
    }
}
