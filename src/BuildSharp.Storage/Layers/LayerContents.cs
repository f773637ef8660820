namespace BuildSharp.Storage.Layers;

/// <summary>What is in the tar of a layer.</summary>
/// <param name="Entries">Number of its entries, directories and whiteouts included.</param>
/// <param name="Largest">Its largest files, largest first; of equal ones first the one that comes first in the tar.</param>
public sealed record LayerContents(long Entries, IReadOnlyList<LayerFile> Largest);

/// <summary>A file in the tar of a layer.</summary>
/// <param name="Name">Its name in the tar; bytes that are not UTF-8 are replaced by U+FFFD.</param>
/// <param name="Size">Length of its content in bytes.</param>
public sealed record LayerFile(string Name, long Size);
