namespace BuildSharp.Oci;

/// <summary>The place that a name refers to has no such image.</summary>
public sealed class ImageNotFoundException : BuildSharpException
{
    /// <inheritdoc cref="BuildSharpException(string, Exception?)"/>
    public ImageNotFoundException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
