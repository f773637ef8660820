using BuildSharp.Cli.Output.Templates;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Output;

/// <summary><c>--format</c> of skopeo's <c>inspect</c>: a template for one value, with the escapes <c>\t</c> and <c>\n</c> outside of
/// quotes, that always ends with a newline.</summary>
internal static class RowTemplate
{
    /// <exception cref="BuildSharpException">The template is invalid or uses a field that the value does not have.</exception>
    public static void Write(string format, GoValue value, TextWriter output)
    {
        var source = (format.StartsWith("table ", StringComparison.Ordinal) ? format["table ".Length..] : format)
            .Replace(@"\t", "\t", StringComparison.Ordinal).Replace(@"\n", "\n", StringComparison.Ordinal);
        try
        {
            var text = GoTemplate.Parse("format", source).Render(value);
            output.Write(text.EndsWith('\n') ? text : text + "\n");
        }
        catch (TemplateException error)
        {
            throw new BuildSharpException(error.Message, error);
        }
    }
}
