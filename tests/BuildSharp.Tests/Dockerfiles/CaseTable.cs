using System.Text.Json;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Dockerfiles;

/// <summary>Tables and folders of the shared cases. Cells are the insides of JSON strings.</summary>
internal static class CaseTable
{
    /// <summary>Rows of a table by column name; none when the shared cases are absent.</summary>
    public static IReadOnlyList<Dictionary<string, string>> Rows(string relative)
    {
        if (SharedCases.Locate(relative) is not { } path)
        {
            return [];
        }

        return Read(path);
    }

    /// <summary>Rows of a table in a file.</summary>
    public static IReadOnlyList<Dictionary<string, string>> Read(string path)
    {
        var lines = File.ReadAllText(path).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var names = lines[0].TrimEnd('\r').Split('\t');
        return [.. lines.Skip(1).Select(line => line.TrimEnd('\r').Split('\t').Select(Cell)
            .Zip(names, (cell, name) => (name, cell)).ToDictionary(pair => pair.name, pair => pair.cell))];
    }

    /// <summary>Folders below one, by name.</summary>
    public static IEnumerable<string> Folders(string relative) => SharedCases.Locate(relative) is { } path
        ? Directory.EnumerateDirectories(path).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)
        : [];

    /// <summary>Row numbers as theory data.</summary>
    public static TheoryData<int> Numbers(string relative) => [.. Enumerable.Range(0, Rows(relative).Count)];

    /// <summary>A JSON array of strings.</summary>
    public static string[] Strings(string json) =>
        [.. JsonDocument.Parse(json).RootElement.EnumerateArray().Select(element => element.GetString()!)];

    private static string Cell(string raw) => JsonDocument.Parse($"\"{raw}\"").RootElement.GetString()!;
}
