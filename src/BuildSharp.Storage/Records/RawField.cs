namespace BuildSharp.Storage;

/// <summary>A field that is kept as it was read: one that this program does not know, or whose type is free.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Json">Its value, as JSON.</param>
public readonly record struct RawField(string Name, ReadOnlyMemory<byte> Json);
