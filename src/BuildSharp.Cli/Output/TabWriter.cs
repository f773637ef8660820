using System.Globalization;

namespace BuildSharp.Cli.Output;

/// <summary>Aligns cells that end with a TAB. A column is three blanks wider than its widest cell. Text after the last TAB of a line is not
/// padded.</summary>
/// <remarks>A column spans consecutive lines that have a cell in it; a line without such a cell ends it (elastic tabstops).</remarks>
internal static class TabWriter
{
    private const int Padding = 3;

    /// <summary>Writes the lines with aligned cells.</summary>
    /// <param name="lines">Enumerated twice, to measure and to write, so that the lines need not be kept in memory.</param>
    /// <param name="output">Receives the text.</param>
    public static void Write(IEnumerable<string> lines, TextWriter output)
    {
        var runs = Measure(lines);
        var at = new int[runs.Count];
        var before = 0;
        foreach (var cells in lines.Select(line => line.Split('\t')))
        {
            for (var column = 0; column < cells.Length - 1; column++)
            {
                // The line above had no cell in this column, so the next block of the column starts here.
                if (column >= before)
                {
                    at[column]++;
                }

                output.Write(cells[column]);
                output.Write(new string(' ', runs[column][at[column] - 1] - Width(cells[column])));
            }

            output.Write(cells[^1]);
            output.Write('\n');
            before = cells.Length - 1;
        }
    }

    /// <summary>For each column, the widths of its blocks from top to bottom.</summary>
    private static List<List<int>> Measure(IEnumerable<string> lines)
    {
        var runs = new List<List<int>>();
        var before = 0;
        foreach (var cells in lines.Select(line => line.Split('\t')))
        {
            for (var column = 0; column < cells.Length - 1; column++)
            {
                if (column == runs.Count)
                {
                    runs.Add([]);
                }

                if (column >= before)
                {
                    runs[column].Add(0);
                }

                runs[column][^1] = Math.Max(runs[column][^1], Width(cells[column]) + Padding);
            }

            before = cells.Length - 1;
        }

        return runs;
    }

    private static int Width(string cell) => new StringInfo(cell).LengthInTextElements;
}
