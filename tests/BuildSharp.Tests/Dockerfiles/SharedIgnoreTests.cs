using System.Text.Json;
using BuildSharp.Dockerfiles.Ignoring;
using BuildSharp.Notation;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Dockerfiles;

/// <summary>Ignore files and path patterns against the shared cases.</summary>
public class SharedIgnoreTests
{
    public static TheoryData<int> Rows => CaseTable.Numbers("dockerfile/dockerignore.tsv");

    [RequiresTheory(Needs.None, Cases = "dockerfile/dockerignore.tsv")]
    [MemberData(nameof(Rows))]
    public void A_pattern_matches_what_it_should(int number)
    {
        var row = CaseTable.Rows("dockerfile/dockerignore.tsv")[number];
        switch (row["kind"])
        {
            case "parse":
                var text = JsonDocument.Parse(row["patterns_json"]).RootElement.GetString()!;
                Assert.Equal(
                    CaseTable.Strings(row["expected"]),
                    IgnoreFile.Parse(text).Patterns.Select(pattern => (pattern.IsException ? "!" : "") + pattern.Glob.Text));
                break;
            case "match":
                Judge(row["expected"], () => new IgnoreFile(
                    [.. CaseTable.Strings(row["patterns_json"]).Select(pattern => IgnorePattern.Parse(pattern))]).IsIgnored(row["path"]));
                break;
            default:
                Judge(row["expected"], () => PathGlob.Parse(CaseTable.Strings(row["patterns_json"])[0]).Matches(row["path"]));
                break;
        }
    }

    private static void Judge(string expected, Func<bool> match)
    {
        if (expected == "ERROR")
        {
            Assert.Throws<FormatException>(() => match());
        }
        else
        {
            Assert.Equal(expected == "true", match());
        }
    }
}
