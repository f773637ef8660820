using System.Globalization;

namespace BuildSharp.Cli.Output;

/// <summary>Aligns cells that TABs end: a column is as wide as its widest cell and three blanks. What follows a line's last TAB is
/// written as it is.</summary>
/// <remarks>A column is a run of neighbouring lines that have a cell there; a line without it ends the column, as elastic tab stops do.</remarks>
internal static class TabWriter
{
    private const int Padding = 3;

    /// <summary>Writes the lines with their cells aligned.</summary>
    /// <param name="lines">Walked twice, once to measure and once to write, so that none is kept.</param>
    /// <param name="output">Gets the text.</param>
    public static void Write(IEnumerable<string> lines, TextWriter output)
    {
        var runs = Measure(lines);
        var at = new int[runs.Count];
        var before = 0;
        foreach (var cells in lines.Select(line => line.Split('\t')))
        {
            for (var column = 0; column < cells.Length - 1; column++)
            {
                // Where the line above has no such cell, the column's next run begins.
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

    /// <summary>Of each column, how wide its runs are from top to bottom.</summary>
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
