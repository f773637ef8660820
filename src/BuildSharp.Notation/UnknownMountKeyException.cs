namespace BuildSharp.Notation;

/// <summary>A field of a mount has an unknown key.</summary>
/// <param name="text">The field as written, <c>key</c> or <c>key=value</c>.</param>
/// <param name="message">The message for the user.</param>
public sealed class UnknownMountKeyException(string text, string message) : FormatException(message)
{
    /// <summary>The field as written.</summary>
    public string Field => text;
}
