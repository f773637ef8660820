using System.Text;

namespace BuildSharp.Dockerfiles.Statements;

/// <summary>Prints statements as Dockerfile text: one line each, followed by heredoc bodies. Parsing the text gives the same
/// tree.</summary>
public static class StatementPrinter
{
    /// <summary>Prints all statements, after an <c>escape</c> directive if the escape character is not a backslash.</summary>
    public static string Print(IReadOnlyList<Statement> statements)
    {
        var output = new StringBuilder();
        if (statements.Count > 0 && statements[0].EscapeToken != '\\')
        {
            output.Append("# escape=").Append(statements[0].EscapeToken).Append('\n');
        }

        foreach (var statement in statements)
        {
            Append(output, statement);
            output.Append('\n');
            foreach (var heredoc in statement.Heredocs.Concat(statement.Trigger?.Heredocs ?? []))
            {
                output.Append(heredoc.Body).Append(heredoc.Name).Append('\n');
            }
        }

        return output.ToString();
    }

    private static void Append(StringBuilder output, Statement statement)
    {
        output.Append(statement.Keyword.Text);
        foreach (var flag in statement.Flags)
        {
            output.Append(' ').Append(Escaped(flag.Text, statement.EscapeToken));
        }

        var arguments = Arguments(statement);

        // "--" keeps arguments from being read as flags, and an escaped blank at the end from being read as a continuation.
        var endsInBlank = arguments.Length == 0 && statement.Flags is [.., { Text: [.., var last] }] && char.IsWhiteSpace(last);
        if (endsInBlank || arguments.StartsWith("--", StringComparison.Ordinal))
        {
            output.Append(" --");
        }

        if (arguments.Length > 0)
        {
            output.Append(' ').Append(arguments);
        }
    }

    private static string Arguments(Statement statement)
    {
        switch (statement.Form)
        {
            case ArgumentForm.Pairs:
                return string.Join(' ', statement.Pairs.Select(pair => $"{pair.Name}{(pair.IsLegacy ? ' ' : '=')}{pair.Value}"));
            case ArgumentForm.Json when statement.Name == "HEALTHCHECK":
                return $"{statement.Arguments[0].Text} {Json(statement.Arguments.Skip(1))}";
            case ArgumentForm.Json:
                return Json(statement.Arguments);
            case ArgumentForm.Statement when statement.Trigger is { } trigger:
                var inner = new StringBuilder();
                Append(inner, trigger);
                return inner.ToString();
            case ArgumentForm.Unknown:
                return statement.Rest;
            default:
                return string.Join(' ', statement.Arguments.Select(argument => argument.Text));
        }
    }

    private static string Json(IEnumerable<Word> items) => $"[{string.Join(", ", items.Select(item => JsonText(item.Text)))}]";

    private static string JsonText(string text)
    {
        var output = new StringBuilder("\"");
        foreach (var unit in text)
        {
            if (unit is '"' or '\\')
            {
                output.Append('\\').Append(unit);
            }
            else if (unit < ' ')
            {
                output.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
            }
            else
            {
                output.Append(unit);
            }
        }

        return output.Append('"').ToString();
    }

    private static string Escaped(string flag, char escape)
    {
        var output = new StringBuilder();
        foreach (var unit in flag)
        {
            if (char.IsWhiteSpace(unit) || unit is '"' or '\'' || unit == escape)
            {
                output.Append(escape);
            }

            output.Append(unit);
        }

        return output.ToString();
    }
}
