using System.Text.Json;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests.SharedBuilds;

/// <summary>A row of the shared cases' <c>dockerfile/build/expect.tsv</c>: one <c>bud</c> and what it shall come to.</summary>
/// <param name="Line">Its line in the table, to find it by.</param>
/// <param name="Case">Name of its folder: the context and the Dockerfiles.</param>
/// <param name="Group">Rows of a case and a group run one after another in one store; empty for a row of its own.</param>
/// <param name="Dockerfiles">Names of the Dockerfiles, each given with <c>-f</c>; none when the context says which.</param>
/// <param name="Context">The context, relative to the folder.</param>
/// <param name="Flags">Further words of the command.</param>
/// <param name="Environment">Variables of the command, <c>NAME=value</c> each.</param>
/// <param name="Outcome"><c>ok</c>, <c>fail</c>, or <c>unknown</c> when upstream has no test for it.</param>
/// <param name="Exit">The reference's exit code, <c>nonzero</c>, or nothing.</param>
/// <param name="Match">How <paramref name="Value"/> judges what was printed; empty when only the outcome counts.</param>
/// <param name="Value">A pattern, a text or a line number.</param>
/// <param name="Bases">Images it needs, as written in the Dockerfile.</param>
internal sealed record BuildRow(
    int Line, string Case, string Group, IReadOnlyList<string> Dockerfiles, string Context, IReadOnlyList<string> Flags,
    IReadOnlyList<string> Environment, string Outcome, string Exit, string Match, string Value, IReadOnlyList<string> Bases)
{
    /// <summary>The folder of the table and the cases, among <see cref="SharedCases"/>.</summary>
    public const string Folder = "dockerfile/build";

    /// <summary>Every row, in order.</summary>
    public static IReadOnlyList<BuildRow> ReadAll() =>
        [.. File.ReadLines(SharedCases.Locate($"{Folder}/expect.tsv")!).Select((text, index) => (text, index)).Skip(1)
            .Where(line => line.text.Length > 0).Select(line => Read(line.text, line.index + 1))];

    /// <summary>The value of every <c>--build-arg</c>.</summary>
    public IEnumerable<string> BuildArguments => Flags.Zip(Flags.Skip(1))
        .Where(pair => pair.First == "--build-arg").Select(pair => pair.Second)
        .Concat(Flags.Where(flag => flag.StartsWith("--build-arg=", StringComparison.Ordinal)).Select(flag => flag["--build-arg=".Length..]));

    /// <summary>The Dockerfiles' texts; a file that is not there counts as empty, for it is what the row is about.</summary>
    public string Text(string cases)
    {
        var files = Dockerfiles.Count > 0 ? Dockerfiles.Select(name => Path.Combine(cases, Case, name)) : [Path.Combine(cases, Case, Context)];
        return string.Join('\n', files.Where(File.Exists).Select(File.ReadAllText));
    }

    public override string ToString() => $"line {Line}: {Case} {string.Join(' ', Dockerfiles)} {string.Join(' ', Flags)}".TrimEnd();

    private static BuildRow Read(string text, int line)
    {
        string[] cells = [.. text.TrimEnd('\r').Split('\t').Select(cell => JsonDocument.Parse($"\"{cell}\"").RootElement.GetString()!)];
        return new BuildRow(
            line, cells[0], cells[1], Words(cells[2], ' '), cells[3], Words(cells[4], ' '), Words(cells[5], ' '), cells[6], cells[7], cells[8], cells[9],
            Words(cells[10], ','));
    }

    private static string[] Words(string cell, char separator) => cell.Split(separator, StringSplitOptions.RemoveEmptyEntries);
}
