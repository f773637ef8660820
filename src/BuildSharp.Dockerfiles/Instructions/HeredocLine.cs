using System.Text;
using BuildSharp.Dockerfiles.Grammar;
using BuildSharp.Dockerfiles.Grammar.Combinators;

namespace BuildSharp.Dockerfiles;

/// <summary>A line that begins heredocs, together with their bodies.</summary>
internal static class HeredocLine
{
    /// <summary>Whether a command is a heredoc word and nothing else, so that the body is the script.</summary>
    public static bool IsOneHeredoc(string command) => HeredocGrammar.HeredocWord.TryReadAll(command, out _);

    /// <summary>The line with bodies and terminators below it, as a shell reads them.</summary>
    public static string WithBodies(string line, IReadOnlyList<Heredoc> heredocs)
    {
        var output = new StringBuilder(line).Append('\n');
        for (var i = 0; i < heredocs.Count; i++)
        {
            if (i > 0) output.Append('\n');
            output.Append(heredocs[i].Body).Append(heredocs[i].Name);
        }

        return output.ToString();
    }
}
