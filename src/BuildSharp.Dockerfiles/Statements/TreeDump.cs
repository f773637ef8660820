using System.Text;

namespace BuildSharp.Dockerfiles;

/// <summary>The parsed tree as text, one S-expression per instruction (dockerfile.md §17).</summary>
public static class TreeDump
{
    /// <summary>All statements, a line each.</summary>
    public static string Of(IEnumerable<Statement> statements)
    {
        var output = new StringBuilder();
        foreach (var statement in statements)
        {
            Append(output, statement);
            output.Append('\n');
        }

        return output.ToString();
    }

    private static void Append(StringBuilder output, Statement statement)
    {
        output.Append('(').Append(statement.Keyword.Text.ToLowerInvariant());
        if (statement.Flags.Count > 0)
        {
            output.Append(" [").AppendJoin(' ', statement.Flags.Select(flag => GoQuoting.Quote(flag.Text))).Append(']');
        }

        if (statement.Form == ArgumentForm.Unknown) output.Append(" \"\"");
        foreach (var pair in statement.Pairs)
        {
            output.Append(' ').Append(GoQuoting.Quote(pair.Name)).Append(' ').Append(GoQuoting.Quote(pair.Value));
            output.Append(pair.IsLegacy ? " \"\"" : " \"=\"");
        }

        foreach (var argument in statement.Arguments) output.Append(' ').Append(GoQuoting.Quote(argument.Text));
        if (statement.Trigger is { } trigger)
        {
            output.Append(' ');
            Append(output, trigger);
        }

        output.Append(')');
    }
}
