namespace BuildSharp.Dockerfiles.Instructions;

/// <summary>A device that RUN requests by its CDI name: <c>--device=vendor.com/class=name,required</c>.</summary>
/// <param name="Name">CDI name of the device.</param>
/// <param name="IsRequired">Whether the step fails if the device is missing.</param>
/// <param name="Span">Place of the flag.</param>
public sealed record RunDevice(string Name, bool IsRequired, SourceSpan Span);
