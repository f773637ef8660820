using System.Text;
using BuildSharp.Dockerfiles.Grammar;
using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Instructions;

/// <summary>Combines a line with the heredocs that start on it.</summary>
internal static class HeredocLine
{
    /// <summary>Whether a command consists of one heredoc word, so that the heredoc's body is the script.</summary>
    public static bool IsOneHeredoc(string command) => HeredocGrammar.HeredocWord.TryRead(command, out _);

    /// <summary>The line followed by the bodies and terminators of its heredocs, as a shell reads them.</summary>
    public static string WithBodies(string line, IReadOnlyList<Heredoc> heredocs)
    {
        var output = new StringBuilder(line);
        foreach (var heredoc in heredocs)
        {
            output.Append('\n').Append(heredoc.Body).Append(heredoc.Name);
        }

        return output.ToString();
    }
}
