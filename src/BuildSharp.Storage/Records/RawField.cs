namespace BuildSharp.Storage.Records;

/// <summary>A field that is kept as it was read, because its name is unknown or its type is not fixed.</summary>
/// <param name="Name">Name of the field.</param>
/// <param name="Json">Value as JSON.</param>
public readonly record struct RawField(string Name, ReadOnlyMemory<byte> Json);
