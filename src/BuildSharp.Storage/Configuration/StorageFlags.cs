namespace BuildSharp.Storage;

/// <summary>The global flags about storage; null means not given.</summary>
public sealed record StorageFlags
{
    /// <summary><c>--root</c>.</summary>
    public string? Root { get; init; }

    /// <summary><c>--runroot</c>.</summary>
    public string? RunRoot { get; init; }

    /// <summary><c>--storage-driver</c>.</summary>
    public string? Driver { get; init; }

    /// <summary><c>--storage-opt</c>, once for each.</summary>
    public IReadOnlyList<string>? Options { get; init; }
}
