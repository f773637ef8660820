using System.Text;

namespace BuildSharp.Testing;

/// <summary>Shows two texts line by line, as <c>diff</c> does; for failure messages.</summary>
internal static class LineDiff
{
    public static string Render(string before, string after)
    {
        string[] a = before.TrimEnd('\n').Split('\n'), b = after.TrimEnd('\n').Split('\n');
        // Longest common subsequence of the two tails starting at i and j; texts here are a few hundred lines.
        var common = new int[a.Length + 1, b.Length + 1];
        for (var i = a.Length - 1; i >= 0; i--)
        {
            for (var j = b.Length - 1; j >= 0; j--)
            {
                common[i, j] = a[i] == b[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        var text = new StringBuilder();
        for (int i = 0, j = 0; i < a.Length || j < b.Length;)
        {
            if (i < a.Length && j < b.Length && a[i] == b[j])
            {
                (text, i, j) = (text.Append($"  {a[i]}\n"), i + 1, j + 1);
            }
            else if (j == b.Length || (i < a.Length && common[i + 1, j] >= common[i, j + 1]))
            {
                text.Append($"- {a[i++]}\n");
            }
            else
            {
                text.Append($"+ {b[j++]}\n");
            }
        }
        return text.ToString();
    }
}
