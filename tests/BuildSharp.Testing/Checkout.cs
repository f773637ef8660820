namespace BuildSharp.Testing;

/// <summary>Where the sources under test lie.</summary>
public static class Checkout
{
    /// <summary>The directory that holds <c>BuildSharp.sln</c>, found by walking up from the running test assembly.</summary>
    public static string Root { get; } = Find();

    /// <summary>The native binary; <c>BUILDSHARP</c> in the environment names another.</summary>
    public static string Binary =>
        Environment.GetEnvironmentVariable("BUILDSHARP") is { Length: > 0 } named ? named : Path.Combine(Root, "artifacts", "buildsharp");

    private static string Find()
    {
        for (DirectoryInfo? directory = new(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "BuildSharp.sln")))
            {
                return directory.FullName;
            }
        }
        throw new InvalidOperationException($"no BuildSharp.sln above {AppContext.BaseDirectory}");
    }
}
