using BuildSharp.Cli.Output.Templates;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Output;

/// <summary><c>--format</c> of <c>inspect</c> and <c>info</c>: a template for one value. Adds a newline on a terminal only, as buildah
/// does, so that redirected output is exactly the template's.</summary>
internal static class OneValueFormat
{
    /// <exception cref="BuildSharpException">The template is invalid or uses a field that the value does not have.</exception>
    public static void Write(string format, GoValue value, TextWriter output, bool terminal)
    {
        var open = format.IndexOf("{{", StringComparison.Ordinal);
        if (open < 0 || format.IndexOf("}}", open, StringComparison.Ordinal) < 0)
        {
            throw new BuildSharpException($"invalid format provided: {format}");
        }

        string text;
        try
        {
            text = Parse(format).Render(value);
        }
        catch (TemplateException error)
        {
            throw new BuildSharpException(error.Message, error);
        }

        output.Write(text);
        if (terminal)
        {
            output.Write('\n');
        }
    }

    private static GoTemplate Parse(string format)
    {
        try
        {
            return GoTemplate.Parse("format", format);
        }
        catch (TemplateException error)
        {
            throw new BuildSharpException($"template parsing error: {error.Message}", error);
        }
    }
}
