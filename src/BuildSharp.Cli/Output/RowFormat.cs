using System.Text;
using BuildSharp.Cli.Output.Templates;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Output;

/// <summary><c>--format</c> of listing verbs: a template for each row. A leading <c>table</c> adds headings, and turns blanks between
/// actions into column separators (Go's text/tabwriter).</summary>
internal sealed class RowFormat
{
    private readonly GoTemplate _template;
    private readonly bool _hasHeading;

    private RowFormat(GoTemplate template, bool hasHeading) => (_template, _hasHeading) = (template, hasHeading);

    /// <summary>Parses a format.</summary>
    /// <exception cref="BuildSharpException">The template is invalid.</exception>
    public static RowFormat Parse(string format)
    {
        var hasHeading = format.StartsWith("table", StringComparison.Ordinal);
        var source = BlanksToTabs(hasHeading ? format["table".Length..].Trim() : format);
        try
        {
            return new RowFormat(GoTemplate.Parse("format", source), hasHeading);
        }
        catch (TemplateException error)
        {
            throw new BuildSharpException($"template parsing error: {error.Message}", error);
        }
    }

    /// <summary>Writes the rows.</summary>
    /// <param name="headings">A row with the column titles as values.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="output">Receives the text.</param>
    /// <exception cref="BuildSharpException">The template uses a field that the rows do not have.</exception>
    public void Write(GoValue headings, IEnumerable<GoValue> rows, TextWriter output)
    {
        try
        {
            var lines = rows.Select(_template.Render).ToList();
            if (_hasHeading)
            {
                lines.Insert(0, _template.Render(headings));
            }

            TabWriter.Write([.. lines.SelectMany(line => line.Split('\n'))], output);
        }
        catch (TemplateException error)
        {
            throw new BuildSharpException(error.Message, error);
        }
    }

    // Blanks inside braces are part of the template's syntax or of quoted text, and stay.
    private static string BlanksToTabs(string format)
    {
        var source = new StringBuilder(format.Length);
        var inside = false;
        for (var at = 0; at < format.Length; at++)
        {
            if (!inside && format[at] == ' ')
            {
                source.Append('\t');
                continue;
            }

            inside = format.AsSpan(at) switch
            {
                var rest when rest.StartsWith("{{") => true,
                var rest when rest.StartsWith("}}") => false,
                _ => inside,
            };
            source.Append(format[at]);
        }

        return source.ToString();
    }
}
