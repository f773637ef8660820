namespace BuildSharp.Dockerfiles;

/// <summary>A device that RUN asks for by its CDI name: <c>--device=vendor.com/class=name,required</c>.</summary>
/// <param name="Name">The name.</param>
/// <param name="IsRequired">Whether the step fails without it.</param>
/// <param name="Span">The flag.</param>
public sealed record RunDevice(string Name, bool IsRequired, SourceSpan Span);
