using BuildSharp.Cli.Commands;
using BuildSharp.Cli.Flags;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Cli;

/// <summary>Manual pages come from the tables of <c>--help</c>, and man(1) has nothing to say against them.</summary>
public sealed class ManPageTests : IDisposable
{
    private readonly TemporaryDirectory _pages = new();

    public ManPageTests() => Assert.Equal((0, "", ""), new CommandLine().Run("help", "--man", _pages.Path));

    public static TheoryData<string> Verbs() => [.. VerbTable.All.Where(entry => !entry.Create().Hidden).Select(entry => entry.Name)];

    public void Dispose() => _pages.Dispose();

    [Fact]
    public void The_page_of_a_verb_reads_like_one() => Snapshot.Match(Page("buildsharp-mount"));

    [Fact]
    public void The_page_of_the_program_names_every_verb() =>
        Assert.All(VerbTable.All.Where(entry => !entry.Create().Hidden).Select(entry => entry.Name), verb => Assert.Contains($".BR buildsharp\\-{verb.Replace("-", "\\-", StringComparison.Ordinal)} (1)", Page("buildsharp")));

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Page_help_and_completion_know_the_same_flags(string verb)
    {
        var visible = new FlagSet(VerbTable.Find(verb)!.Create().Flags).All.Where(flag => !flag.Hidden).Select(flag => "--" + flag.Name)
            .Order(StringComparer.Ordinal).ToList();
        var inPage = Page($"buildsharp-{verb}").Split('\n').Where(line => line.StartsWith("\\fB", StringComparison.Ordinal))
            .Select(line => line.Split("\\fR")[0].Replace("\\fB", "").Replace("\\-", "-").Split(", ")[^1]);
        var help = new CommandLine().Run("help", verb).Out;
        var line = $"buildsharp {verb} --";
        var completed = new CommandLine().Run($"[suggest:{line.Length}]", line).Out.Split('\n');
        Assert.Equal(visible, inPage);
        Assert.All(visible, flag => Assert.Matches($@"(?m)^ +(-\w, )?{flag}( |$)", help));
        Assert.All(visible, flag => Assert.Contains(flag, completed));
    }

    [RequiresFact(Needs.None, "man")]
    public async Task Man_has_no_warning_about_any_page()
    {
        foreach (var page in Directory.EnumerateFiles(_pages.Path))
        {
            var result = await Tool.Named("man").ExecuteAsync(["--warnings", "-E", "UTF-8", "-l", page]);
            Assert.Equal((0, ""), (result.ExitCode, result.Error));
            Assert.Contains("SYNOPSIS", result.Output);
        }
    }

    private string Page(string name) => File.ReadAllText(_pages[$"{name}.1"]);
}
