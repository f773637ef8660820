using System.Text;

namespace BuildSharp.Dockerfiles;

/// <summary>Text that stands in the Dockerfile itself: <c>&lt;&lt;EOF</c> and the lines up to <c>EOF</c>.</summary>
/// <param name="FileDescriptor">The number before <c>&lt;&lt;</c>, 0 without one; only a shell gives it a meaning.</param>
/// <param name="Name">The terminator without quotes; of COPY also the file's name.</param>
/// <param name="Expands">Whether COPY and ADD expand variables in the body: no when any part of the name was quoted.</param>
/// <param name="StripsTabs">Whether <c>&lt;&lt;-</c> asked for leading tabs to go.</param>
/// <param name="Body">The lines as written.</param>
/// <param name="Span">From the first body line to the terminator.</param>
public sealed record Heredoc(int FileDescriptor, string Name, bool Expands, bool StripsTabs, string Body, SourceSpan Span)
{
    /// <summary>The body with leading tabs gone when <see cref="StripsTabs"/> says so.</summary>
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
