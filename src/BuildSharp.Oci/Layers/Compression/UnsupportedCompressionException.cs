namespace BuildSharp.Oci.Layers.Compression;

/// <summary>Valid compressed data that is not decoded, because it needs more memory than untrusted data may use, or uses a rare option of
/// its format. The message names the cause and says how to compress the data instead.</summary>
public sealed class UnsupportedCompressionException(string message) : BuildSharpException(message);
