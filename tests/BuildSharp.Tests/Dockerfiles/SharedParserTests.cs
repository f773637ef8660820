using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Grammar;
using BuildSharp.Dockerfiles.Statements;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Dockerfiles;

/// <summary>The parser against the shared cases.</summary>
public class SharedParserTests
{
    public static TheoryData<string> ParserFolders => [.. CaseTable.Folders("dockerfile/parser")];

    public static TheoryData<string> NegativeFolders => [.. CaseTable.Folders("dockerfile/parser-negative")];

    public static TheoryData<string> LineFolders => [.. CaseTable.Folders("dockerfile/parser-lines")];

    public static TheoryData<string> HeredocFolders => [.. CaseTable.Folders("dockerfile/heredoc")];

    public static TheoryData<string> RealWorldFiles => SharedCases.Locate("realworld") is { } folder
        ? [.. Directory.EnumerateFiles(folder, "*.ast.txt").Select(path => Path.GetFileName(path)[..^".ast.txt".Length]).Order(StringComparer.Ordinal)]
        : [];

    public static TheoryData<int> ErrorRows => CaseTable.Numbers("dockerfile/errors.tsv");

    public static TheoryData<int> DirectiveRows => CaseTable.Numbers("dockerfile/directives.tsv");

    public static TheoryData<int> JsonRows => CaseTable.Numbers("dockerfile/json-form.tsv");

    public static TheoryData<int> HeredocWordRows => CaseTable.Numbers("dockerfile/heredoc-words.tsv");

    public static TheoryData<int> HeredocLineRows => CaseTable.Numbers("dockerfile/heredoc-lines.tsv");

    [RequiresTheory(Needs.None, Cases = "dockerfile/parser")]
    [MemberData(nameof(ParserFolders))]
    public void A_file_parses_to_the_expected_tree(string name)
    {
        var folder = SharedCases.Locate($"dockerfile/parser/{name}")!;
        Assert.Equal(File.ReadAllText(Path.Combine(folder, "ast.txt")).TrimEnd('\n'), Dump(Path.Combine(folder, "Dockerfile")));
    }

    [RequiresTheory(Needs.None, Cases = "realworld")]
    [MemberData(nameof(RealWorldFiles))]
    public void A_file_from_the_wild_parses_to_the_expected_tree(string name)
    {
        var path = SharedCases.Locate($"realworld/{name}")!;
        Assert.Equal(File.ReadAllText(path + ".ast.txt").TrimEnd('\n'), Dump(path));
    }

    [RequiresTheory(Needs.None, Cases = "realworld")]
    [MemberData(nameof(RealWorldFiles))]
    public void A_file_from_the_wild_breaks_no_rule(string name)
    {
        var dockerfile = Read(File.ReadAllBytes(SharedCases.Locate($"realworld/{name}")!));
        Assert.DoesNotContain(dockerfile.Diagnostics, diagnostic => diagnostic.Severity == Severity.Error);
    }

    [RequiresTheory(Needs.None, Cases = "dockerfile/parser-negative")]
    [MemberData(nameof(NegativeFolders))]
    public void A_file_that_is_none_is_refused(string name)
    {
        var folder = SharedCases.Locate($"dockerfile/parser-negative/{name}")!;
        var error = Assert.Throws<DockerfileException>(() => DockerfileParser.Parse(File.ReadAllBytes(Path.Combine(folder, "Dockerfile")), "Dockerfile"));
        Assert.Contains(File.ReadAllText(Path.Combine(folder, "error.txt")).Trim(), error.Message);
    }

    [RequiresTheory(Needs.None, Cases = "dockerfile/parser-lines")]
    [MemberData(nameof(LineFolders))]
    public void An_instruction_knows_its_first_and_last_line(string name)
    {
        var folder = SharedCases.Locate($"dockerfile/parser-lines/{name}")!;
        var statements = Read(File.ReadAllBytes(Path.Combine(folder, "Dockerfile"))).Statements;
        var expected = CaseTable.Read(Path.Combine(folder, "lines.tsv")).Select(row => string.Join('-', row.Values));
        Assert.Equal(expected, statements.Select(statement => $"{statement.Span.Start.Line}-{statement.Span.End.Line}"));
    }

    [RequiresTheory(Needs.None, Cases = "dockerfile/heredoc")]
    [MemberData(nameof(HeredocFolders))]
    public void Heredocs_belong_to_their_instruction(string name)
    {
        var folder = SharedCases.Locate($"dockerfile/heredoc/{name}")!;
        var statement = Read(File.ReadAllBytes(Path.Combine(folder, "Dockerfile"))).Statements[1];
        var expected = CaseTable.Read(Path.Combine(folder, "heredocs.tsv"))
            .Select(row => (row["fd"], row["name"], row["expand"], row["strip_tabs"], row["content"]));
        Assert.Equal(expected, statement.Heredocs.Select(h =>
            ($"{h.FileDescriptor}", h.Name, h.Expands ? "true" : "false", h.StripsTabs ? "true" : "false", h.Body)));
    }

    [RequiresTheory(Needs.None, Cases = "dockerfile/errors.tsv")]
    [MemberData(nameof(ErrorRows))]
    public void A_mistake_is_named(int number)
    {
        var row = CaseTable.Rows("dockerfile/errors.tsv")[number];
        var error = Assert.Throws<DockerfileException>(() => DockerfileParser.Parse(row["dockerfile"], "Dockerfile"));
        Assert.Contains(row["buildkit_message_contains"], error.Message);
    }

    [RequiresTheory(Needs.None, Cases = "dockerfile/directives.tsv")]
    [MemberData(nameof(DirectiveRows))]
    public void A_directive_is_found_where_it_may_stand(int number)
    {
        var row = CaseTable.Rows("dockerfile/directives.tsv")[number];
        if (row["what"] == "escape")
        {
            var dockerfile = Read(row["input"] + (row["input"].Contains("FROM", StringComparison.Ordinal) ? "" : "FROM scratch\n"));
            if (row["value"].StartsWith("ERROR ", StringComparison.Ordinal))
            {
                var error = Assert.Single(dockerfile.Diagnostics);
                Assert.Contains(row["value"]["ERROR ".Length..], error.Message);
                Assert.Equal(row["line"], $"{error.Span.Start.Line}");
                return;
            }

            var escape = dockerfile.Directives.FirstOrDefault(directive => directive.Name == "escape");
            Assert.Equal(row["value"], escape?.Value ?? "");
            Assert.Equal(row["line"], $"{escape?.Span.Start.Line ?? 0}");
            return;
        }

        var found = DirectiveSearch.Find(
            new SourceText(row["input"], "Dockerfile"), row["what"] == "check" ? "check" : "syntax", row["what"] != "check");
        Assert.Equal(row["value"], found?.FirstWord ?? "");
        Assert.Equal(row["full_value"], found?.Value ?? "");
        Assert.Equal(row["line"], $"{found?.Span.Start.Line ?? 0}");
    }

    [RequiresTheory(Needs.None, Cases = "dockerfile/json-form.tsv")]
    [MemberData(nameof(JsonRows))]
    public void Arguments_are_JSON_or_not(int number)
    {
        var row = CaseTable.Rows("dockerfile/json-form.tsv")[number];
        if (row["kind"] == "array")
        {
            Assert.True(JsonGrammar.JsonArray.TryRead(row["input"], out var items));
            Assert.Equal(CaseTable.Strings(row["values_json"]), items.Select(item => item.Value));
            return;
        }

        Assert.False(JsonGrammar.JsonArray.TryRead(row["input"], out _));
        Assert.Equal(row["kind"] == "error-non-string", JsonGrammar.IsArrayOfOtherThings(row["input"]));
    }

    [RequiresTheory(Needs.None, Cases = "dockerfile/heredoc-words.tsv")]
    [MemberData(nameof(HeredocWordRows))]
    public void A_word_begins_a_heredoc_or_not(int number)
    {
        var row = CaseTable.Rows("dockerfile/heredoc-words.tsv")[number];
        var isHeredoc = HeredocGrammar.HeredocWord.TryRead(row["word"], out var start);
        Assert.Equal(row["kind"] == "heredoc", isHeredoc);
        if (!isHeredoc)
        {
            return;
        }

        Assert.Equal((row["name"], row["expand"], row["strip_tabs"]), (start.Name, start.Expands ? "true" : "false", start.StripsTabs ? "true" : "false"));
    }

    [RequiresTheory(Needs.None, Cases = "dockerfile/heredoc-lines.tsv")]
    [MemberData(nameof(HeredocLineRows))]
    public void A_line_begins_heredocs(int number)
    {
        var row = CaseTable.Rows("dockerfile/heredoc-lines.tsv")[number];
        var names = CaseTable.Strings(row["names_json"]);
        var statement = Assert.Single(Read(row["line"] + "\n" + string.Concat(names.Select(name => name + "\n"))).Statements);
        Assert.Equal(names, statement.Heredocs.Select(heredoc => heredoc.Name));
    }

    private static Dockerfile Read(string text) => DockerfileParser.Read([new SourceText(text, "Dockerfile")]);

    private static Dockerfile Read(byte[] bytes) => DockerfileParser.Read([SourceText.FromBytes(bytes, "Dockerfile")]);

    private static string Dump(string path) => TreeDump.Of(Read(File.ReadAllBytes(path)).Statements).TrimEnd('\n');
}
