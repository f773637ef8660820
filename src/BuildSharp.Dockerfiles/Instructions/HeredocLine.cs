using System.Text;
using BuildSharp.Dockerfiles.Grammar;

namespace BuildSharp.Dockerfiles;

/// <summary>A line that begins heredocs, together with their bodies.</summary>
internal static class HeredocLine
{
    /// <summary>Whether a command is a heredoc word and nothing else, so that the body is the script.</summary>
    public static bool IsOneHeredoc(string command) => HeredocGrammar.HeredocWord.TryRead(command, out _);

    /// <summary>The line with bodies and terminators of its heredocs below it, as a shell reads them.</summary>
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
