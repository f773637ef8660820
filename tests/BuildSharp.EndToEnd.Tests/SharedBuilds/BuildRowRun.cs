using System.Globalization;
using System.Text.RegularExpressions;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests.SharedBuilds;

/// <summary>Runs a row of the shared builds in a store, and judges what came out.</summary>
/// <param name="sandbox">Holds a writable copy of the cases, as <c>cases</c>.</param>
/// <param name="tool">The binary bound to the store of the row's group.</param>
/// <param name="row">The row.</param>
internal sealed partial class BuildRowRun(Sandbox sandbox, Tool tool, BuildRow row)
{
    private string Cases => sandbox["cases"];

    private string Folder => Path.Combine(Cases, row.Case);

    /// <summary>What is wrong with the result; null when it is as expected.</summary>
    public async Task<string?> JudgeAsync()
    {
        if (row.Match == "fails-at-line")
        {
            return await JudgeCutAsync(int.Parse(row.Value, CultureInfo.InvariantCulture));
        }

        var result = await BuildAsync([.. row.Dockerfiles.Select(Locate)]);
        var wrong = WrongOutcome(result) ?? WrongText(result.Output + result.Error) ?? (result.ExitCode == 0 ? await WrongFilesAsync(result) : null);
        return wrong is null ? null : $"{wrong}\n{result.Transcript}";
    }

    /// <summary>The file cut before an instruction builds; up to and including it, it fails.</summary>
    /// <remarks>
    /// The shared folder's README says that the number counts lines. One row has an empty line before the instruction in question, and
    /// by lines it would ask <c>COPY ./ ./</c> to fail where the ignore file leaves it files: upstream counts instructions. They are one
    /// line each in all of these rows.
    /// </remarks>
    private async Task<string?> JudgeCutAsync(int instruction)
    {
        string[] instructions = [.. File.ReadAllLines(Locate(row.Dockerfiles[0])).Where(line => line.Trim().Length > 0)];
        for (var kept = instruction - 1; kept <= instruction; kept++)
        {
            var cut = sandbox.Write($"cut/{row.Line}-{kept}", string.Join('\n', instructions.Take(kept)) + "\n");
            var result = await BuildAsync([cut]);
            if ((result.ExitCode == 0) != (kept < instruction))
            {
                return $"up to instruction {kept} it should {(kept < instruction ? "build" : "fail")}\n{result.Transcript}";
            }
        }
        return null;
    }

    private Task<ToolResult> BuildAsync(IReadOnlyList<string> dockerfiles)
    {
        var bound = row.Environment.Concat(CaseFiles.Variables(row)).Select(variable => variable.Split('=', 2))
            .Aggregate(tool, (before, pair) => before.WithEnvironment(pair[0], pair[1]));
        var flags = row.Flags.Select(word => word.Replace("@BUD@/", $"{Cases}/bud-"));
        return bound.In(Folder).ExecuteAsync(["bud", .. flags, .. Volume, .. dockerfiles.SelectMany(file => new[] { "-f", file }), row.Context]);
    }

    // Upstream's harness mounts the context there, which the table cannot say.
    private IEnumerable<string> Volume => row.Text(Cases).Contains(" /tmp/test/", StringComparison.Ordinal) ? ["-v", $"{Path.Combine(Folder, row.Context)}:/tmp/test"] : [];

    // A Dockerfile's name is relative to the context, and to the folder where it is not in there.
    private string Locate(string dockerfile) =>
        new[] { Path.Combine(Folder, row.Context, dockerfile), Path.Combine(Folder, dockerfile) }.FirstOrDefault(File.Exists) ?? dockerfile;

    private string? WrongOutcome(ToolResult result) => (row.Outcome, row.Exit) switch
    {
        ("ok", _) => result.ExitCode == 0 ? null : "it should build",
        ("fail", "nonzero" or "") => result.ExitCode != 0 ? null : "it should fail",
        ("fail", var exit) => result.ExitCode.ToString(CultureInfo.InvariantCulture) == exit ? null : $"it should end with {exit}",
        // Nobody says what comes of it, but whatever does has to be said in a sentence.
        _ => result.ExitCode == 0 || result.Error.Contains("Error: ", StringComparison.Ordinal) ? null : "it should build or say why not",
    };

    private string? WrongText(string printed)
    {
        switch (row.Match)
        {
            case "":
                return null;
            case "matches":
                return Regex.IsMatch(printed, row.Value) ? null : $"it should print {row.Value}";
            case "not-matches":
                return !Regex.IsMatch(printed, row.Value) ? null : $"it should not print {row.Value}";
            // The table has upstream's remark there: [no instance of 'text'].
            case "equals" when Remark().Match(row.Value) is { Success: true } remark:
                return !printed.Contains(remark.Groups["text"].Value, StringComparison.Ordinal) ? null : $"it should not print {remark.Groups["text"].Value}";
            case "equals":
                return printed.Trim() == row.Value.Trim() ? null : $"it should print nothing but {row.Value}";
            default:
                return $"this test does not know how to judge by \"{row.Match}\"";
        }
    }

    /// <summary>Where the case lists the files of the image, those and no others are in it.</summary>
    private async Task<string?> WrongFilesAsync(ToolResult result)
    {
        var list = Folder + ".files.txt";
        if (!File.Exists(list))
        {
            return null;
        }

        var container = await tool.ReadAsync("from", result.Lines[^1]);
        var root = await tool.ReadAsync("mount", container);
        var found = await sandbox.Named("find").RunAsync(root, "-mindepth", "1", "!", "-type", "d", "-printf", "%P\n");
        await tool.RunAsync("rm", container);
        var expected = string.Join('\n', File.ReadAllLines(list).Where(path => path.Length > 0).Select(path => path.TrimStart('/')).Order(StringComparer.Ordinal));
        var actual = string.Join('\n', found.Lines.Order(StringComparer.Ordinal));
        return expected == actual ? null : $"its files should be\n{expected}\nand are\n{actual}";
    }

    [GeneratedRegex(@"^\[no.*'(?<text>[^']+)'\]$")]
    private static partial Regex Remark();
}
