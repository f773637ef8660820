namespace BuildSharp.Storage.Configuration;

/// <summary>The global storage flags; null means not given.</summary>
public sealed record StorageFlags
{
    /// <summary><c>--root</c>.</summary>
    public string? Root { get; init; }

    /// <summary><c>--runroot</c>.</summary>
    public string? RunRoot { get; init; }

    /// <summary><c>--storage-driver</c>.</summary>
    public string? Driver { get; init; }

    /// <summary><c>--storage-opt</c>, one item per flag.</summary>
    public IReadOnlyList<string>? Options { get; init; }
}
