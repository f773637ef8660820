using BuildSharp.Cli;
using BuildSharp.Cli.Commands;
using BuildSharp.Cli.Flags;
using BuildSharp.Cli.Help;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Cli;

public class LauncherTests
{
    private static (int Status, string Out, string Error) Run(params string[] words) => new CommandLine().Run(words);

    [Fact]
    public void The_version_line_has_a_number_scripts_can_compare_as_third_word()
    {
        var (status, output, _) = Run("--version");
        Assert.Equal(0, status);
        var words = output.Split(' ');
        Assert.Equal(["buildsharp", "version"], words[..2]);
        Assert.True(Version.Parse(words[2]) >= new Version(1, 28));
        Assert.Equal(output, Run("-v").Out);
    }

    [Fact]
    public void The_products_own_version_is_the_assemblys() =>
        Assert.Equal(ProductVersion.BuildSharp, typeof(Launcher).Assembly.GetName().Version!.ToString(3));

    [Theory]
    [InlineData("Error: unknown command \"nosuch\" for \"buildsharp\"\n", "nosuch")]
    [InlineData("Error: unknown command \"x\" for \"buildsharp version\"\n", "version", "x")]
    [InlineData("Error: unknown flag: --nosuch\n", "version", "--nosuch")]
    [InlineData("Error: unknown flag: --nosuch\n", "--nosuch")]
    [InlineData("Error: unable to parse log level: not a valid logrus Level: \"x\"\n", "--log-level", "x", "version")]
    [InlineData("Error: --imagestore is not supported yet: images and containers share one directory\n", "version", "--imagestore=/x")]
    public void A_mistake_is_one_line_and_status_125(string line, params string[] words)
    {
        var (status, output, error) = Run(words);
        Assert.Equal((125, "", line), (status, output, error));
    }

    [Fact]
    public void Help_is_the_same_asked_either_way_and_goes_to_standard_output()
    {
        foreach (var entry in VerbTable.All)
        {
            var asked = Run("help", entry.Name);
            Assert.Equal(asked, Run(entry.Name, "--help"));
            Assert.Equal((0, ""), (asked.Status, asked.Error));
            Assert.Contains("\nFlags:\n", asked.Out);
            foreach (var alias in entry.Aliases)
                Assert.Equal(asked, Run(alias, "-h"));
        }
    }

    [Fact]
    public void Root_help_groups_the_verbs() => Snapshot.Match(Run().Out);

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Each_verb_explains_itself(string verb) => Snapshot.Match(Run("help", verb).Out, variant: verb);

    public static TheoryData<string> Verbs() => [.. VerbTable.All.Select(entry => entry.Name)];

    [Theory]
    [InlineData(0, "version")]
    [InlineData(1, "--debug", "version")]
    [InlineData(2, "--root", "/x", "version")]
    [InlineData(1, "--root=/x", "version")]
    [InlineData(-1, "--debug")]
    [InlineData(-1)]
    public void The_verb_is_found_behind_any_flags(int index, params string[] words) => Assert.Equal(index, VerbScan.FindVerb(words));

    [Fact]
    public void Every_flag_table_can_be_a_command_of_the_help_library()
    {
        var tree = CommandTree.Complete("buildsharp");
        foreach (var entry in VerbTable.All)
            Assert.Empty(tree.Parse([entry.Name, "--help"]).Errors);
    }

    [Fact]
    public void No_two_rows_of_a_verbs_table_have_one_name_or_letter()
    {
        foreach (var entry in VerbTable.All)
        {
            var flags = entry.Create().Flags.ToList();
            Assert.Equal([], flags.SelectMany(flag => flag.Aliases.Prepend(flag.Name)).GroupBy(name => name).Where(group => group.Count() > 1).Select(group => $"{entry.Name} --{group.Key}"));
            Assert.Equal([], flags.Where(flag => flag.Shorthand is not null).GroupBy(flag => flag.Shorthand).Where(group => group.Count() > 1).Select(group => $"{entry.Name} -{group.Key}"));
            Assert.All(flags.Where(flag => flag.Support == FlagSupport.Refused), flag => Assert.NotEmpty(flag.Reason));
        }
    }

    [Fact]
    public void Completion_offers_verbs_and_flags()
    {
        Assert.Contains("version\n", Run("[suggest:14]", "buildsharp ver").Out);
        Assert.Contains("--json\n", Run("[suggest:21]", "buildsharp version --").Out);
        Assert.Contains("complete", Run("completion", "bash").Out);
    }
}
