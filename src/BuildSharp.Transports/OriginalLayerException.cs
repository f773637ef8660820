using BuildSharp.Oci;

namespace BuildSharp.Transports;

/// <summary>A layer cannot be read in the compressed form in which it was pulled. It can still be copied in another form.</summary>
/// <param name="message">The reason.</param>
/// <param name="inner">The failure.</param>
internal sealed class OriginalLayerException(string message, Exception? inner = null) : BuildSharpException(message, inner);
