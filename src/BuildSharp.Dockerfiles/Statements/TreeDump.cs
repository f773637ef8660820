using BuildSharp.Notation;

namespace BuildSharp.Dockerfiles.Statements;

/// <summary>Prints the tree as text, one S-expression per instruction.</summary>
public static class TreeDump
{
    /// <summary>Prints all statements, one per line.</summary>
    public static string Of(IEnumerable<Statement> statements)
    {
        using var output = new StringWriter();
        foreach (var statement in statements)
        {
            Write(output, statement);
            output.Write('\n');
        }

        return output.ToString();
    }

    /// <summary>Writes a statement without a line end, directly to the output.</summary>
    public static void Write(TextWriter output, Statement statement)
    {
        output.Write('(');
        output.Write(statement.Keyword.Text.ToLowerInvariant());
        var separator = " [";
        foreach (var flag in statement.Flags)
        {
            output.Write(separator);
            GoQuoting.Write(output, flag.Text);
            separator = " ";
        }

        if (statement.Flags.Count > 0)
        {
            output.Write(']');
        }

        if (statement.Form == ArgumentForm.Unknown)
        {
            output.Write(" \"\"");
        }

        foreach (var pair in statement.Pairs)
        {
            output.Write(' ');
            GoQuoting.Write(output, pair.Name);
            output.Write(' ');
            GoQuoting.Write(output, pair.Value);
            output.Write(pair.IsLegacy ? " \"\"" : " \"=\"");
        }

        foreach (var argument in statement.Arguments)
        {
            output.Write(' ');
            GoQuoting.Write(output, argument.Text);
        }

        if (statement.Trigger is { } trigger)
        {
            output.Write(' ');
            Write(output, trigger);
        }

        output.Write(')');
    }
}
