using BuildSharp.Dockerfiles;
using BuildSharp.Oci;

namespace BuildSharp.Build;

/// <summary>A word of COPY or ADD that stands for nothing: a <c>--from</c> or a path. The step puts its own text in front of the sentence.</summary>
/// <param name="message">What was looked for and not found.</param>
/// <param name="span">The word.</param>
/// <param name="hints">Why not, or what may have been meant.</param>
internal sealed class UnknownSourceException(string message, SourceSpan span, IReadOnlyList<string> hints) : BuildSharpException(message)
{
    public SourceSpan Span => span;

    public IReadOnlyList<string> Hints => hints;
}
