using System.Text;

namespace BuildSharp.Dockerfiles.Statements;

/// <summary>A heredoc: <c>&lt;&lt;EOF</c> and the lines before <c>EOF</c> (Dockerfile reference, "Here-documents").</summary>
/// <param name="FileDescriptor">The number before <c>&lt;&lt;</c>, 0 if missing; only shells use it.</param>
/// <param name="Name">The terminator without quotes; for COPY also the name of the file.</param>
/// <param name="Expands">Whether COPY and ADD expand variables in the body; false if any part of the terminator was quoted.</param>
/// <param name="StripsTabs">Whether leading tabs are removed (<c>&lt;&lt;-</c>).</param>
/// <param name="Body">The lines as written.</param>
/// <param name="Span">From the first line of the body to the terminator.</param>
public sealed record Heredoc(int FileDescriptor, string Name, bool Expands, bool StripsTabs, string Body, SourceSpan Span)
{
    /// <summary>The body, without leading tabs if <see cref="StripsTabs"/> is true.</summary>
    public string Content => StripsTabs ? WithoutLeadingTabs(Body) : Body;

    private static string WithoutLeadingTabs(string text)
    {
        var output = new StringBuilder(text.Length);
        var atLineStart = true;
        foreach (var unit in text)
        {
            if (atLineStart && unit == '\t')
            {
                continue;
            }

            atLineStart = unit == '\n';
            output.Append(unit);
        }

        return output.ToString();
    }
}
