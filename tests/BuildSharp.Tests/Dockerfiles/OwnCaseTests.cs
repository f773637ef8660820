using System.Globalization;
using System.Text;
using BuildSharp.Build;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Statements;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Dockerfiles;

/// <summary>The cases of grammar/cases: a folder with a Dockerfile and the tree it must give (<c>ast.txt</c>), and where there is something
/// to say, what is wrong or doubtful about it (<c>findings.txt</c>) and its instructions expanded (<c>expanded.txt</c>).</summary>
public class OwnCaseTests
{
    private static readonly string Folder = Path.Combine(Checkout.Root, "grammar", "cases");

    public static TheoryData<string> Cases => [.. Directory.EnumerateDirectories(Folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_case_parses_to_its_tree(string name) => Match(name, "ast", TreeDump.Of(Read(name).Statements));

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_is_wrong_or_doubtful_is_told_where_it_is(string name)
    {
        var dockerfile = Read(name);
        Match(name, "findings", Findings(dockerfile.Diagnostics.Concat(dockerfile.Instructions.SelectMany(WordCheck.Of))));
    }

    [Theory]
    [InlineData("expanded-modifiers")]
    [InlineData("expanded-scopes")]
    [InlineData("expanded-instructions")]
    [InlineData("expanded-limits")]
    [InlineData("expanded-base")]
    public void Instructions_are_expanded(string name)
    {
        var dockerfile = Read(name);
        var platform = new Platform { Os = "linux", Architecture = "amd64" };
        var request = new BuildRequest { Dockerfiles = dockerfile.Sources, Context = new BuildContext("/nowhere"), Platform = platform };
        var mistakes = new DiagnosticBag();
        var tree = "";
        try
        {
            tree = string.Concat(ExpandedPlan.Of(dockerfile, BuildPlan.Create(dockerfile, request), mistakes).Select(Expanded));
        }
        catch (DockerfileException error)
        {
            mistakes.Errors(error.Diagnostics);
        }

        Match(name, "expanded", tree + Findings(mistakes.InOrderOf(dockerfile.Sources)));
    }

    private static Dockerfile Read(string name) =>
        DockerfileParser.Read([SourceText.FromBytes(File.ReadAllBytes(Path.Combine(Folder, name, "Dockerfile")), "Dockerfile")]);

    private static string Expanded(Statement statement) =>
        TreeDump.Of([statement]) + string.Concat(statement.Heredocs.Select(heredoc => $"    <<{heredoc.Name} {GoQuoting.Quote(heredoc.Body)}\n"));

    private static string Findings(IEnumerable<Diagnostic> findings)
    {
        var output = new StringBuilder();
        foreach (var finding in findings)
        {
            output.Append(CultureInfo.InvariantCulture, $"{finding.Span.Start} {finding.Severity.ToString().ToLowerInvariant()}: {finding.Headline}\n");
            foreach (var hint in finding.Hints)
            {
                output.Append(CultureInfo.InvariantCulture, $"    {hint}\n");
            }
        }

        return output.ToString();
    }

    /// <summary>Compares with a file of the case; a file that is not there stands for nothing to say.</summary>
    private static void Match(string name, string kind, string text)
    {
        var expected = Path.Combine(Folder, name, kind + ".txt");
        var received = Path.Combine(Folder, name, kind + ".received.txt");
        if (text == (File.Exists(expected) ? File.ReadAllText(expected) : ""))
        {
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, text);
        Assert.Fail($"If this is right, mv {received} {expected}:\n{text}");
    }
}
