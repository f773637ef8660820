namespace BuildSharp.Oci.Layers;

/// <summary>Compressed data that is sound and still not decoded: it needs more memory than an unknown author may claim, or a rare option of
/// its format. The message names what is missing and how to compress the data instead.</summary>
public sealed class UnsupportedCompressionException(string message) : BuildSharpException(message);
