using System.Globalization;

namespace BuildSharp.Cli.Output;

/// <summary>Aligns cells that TABs end: a column is as wide as its widest cell and three blanks. What follows a line's last TAB is
/// written as it is.</summary>
/// <remarks>A column is a run of neighbouring lines that have a cell there; a line without it ends the column, as elastic tab stops do.</remarks>
internal static class TabWriter
{
    private const int Padding = 3;

    /// <summary>Writes the lines with their cells aligned.</summary>
    public static void Write(IReadOnlyList<string> lines, TextWriter output)
    {
        var cells = lines.Select(line => line.Split('\t')).ToList();
        var widths = cells.Select(row => new int[row.Length - 1]).ToList();
        for (var row = 0; row < cells.Count; row++)
        {
            for (var column = 0; column < widths[row].Length; column++)
            {
                if (widths[row][column] == 0)
                    Measure(cells, widths, row, column);
            }
        }

        for (var row = 0; row < cells.Count; row++)
        {
            for (var column = 0; column < widths[row].Length; column++)
            {
                var cell = cells[row][column];
                output.Write(cell);
                output.Write(new string(' ', widths[row][column] - Width(cell)));
            }

            output.Write(cells[row][^1]);
            output.Write('\n');
        }
    }

    private static void Measure(List<string[]> cells, List<int[]> widths, int first, int column)
    {
        var end = first;
        var widest = 0;
        for (; end < cells.Count && column < widths[end].Length; end++)
            widest = Math.Max(widest, Width(cells[end][column]));

        for (var row = first; row < end; row++)
            widths[row][column] = widest + Padding;
    }

    private static int Width(string cell) => new StringInfo(cell).LengthInTextElements;
}
