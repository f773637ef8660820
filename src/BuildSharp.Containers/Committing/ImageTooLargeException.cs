using BuildSharp.Oci;

namespace BuildSharp.Containers.Committing;

/// <summary>An image is not made, because its config or its manifest would have more bytes than any tool reads.</summary>
public sealed class ImageTooLargeException(string message) : BuildSharpException(message);
