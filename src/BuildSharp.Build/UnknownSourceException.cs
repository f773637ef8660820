using BuildSharp.Dockerfiles;
using BuildSharp.Oci;

namespace BuildSharp.Build;

/// <summary>A <c>--from</c> or path of COPY or ADD was not found. The step adds its own text in front of the message.</summary>
/// <param name="message">What was not found.</param>
/// <param name="span">Position of the word.</param>
/// <param name="hints">Possible reasons, or what may have been meant.</param>
internal sealed class UnknownSourceException(string message, SourceSpan span, IReadOnlyList<string> hints) : BuildSharpException(message)
{
    public SourceSpan Span => span;

    public IReadOnlyList<string> Hints => hints;
}
