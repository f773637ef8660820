namespace BuildSharp.Testing;

/// <summary>
/// Large collections of inputs and expected outputs that are shared between implementations and not part of this repository:
/// <c>BUILDSHARP_CASES</c> in the environment names their directory, or a directory <c>shared/cases</c> lies beside a directory
/// above the checkout. Where they are absent the tests that walk them are skipped and say so.
/// </summary>
public static class SharedCases
{
    /// <summary>The collections' directory, or null.</summary>
    public static string? Root { get; } = Find();

    /// <summary>Absolute path of <paramref name="relative"/> among the cases, or null when it is not there.</summary>
    public static string? Locate(string relative)
    {
        if (Root is null)
        {
            return null;
        }

        var path = Path.Combine(Root, relative);
        return Path.Exists(path) ? path : null;
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("BUILDSHARP_CASES") is { Length: > 0 } named)
        {
            return named;
        }

        for (DirectoryInfo? directory = new(Checkout.Root); directory is not null; directory = directory.Parent)
        {
            var beside = Path.Combine(directory.FullName, "shared", "cases");
            if (Directory.Exists(beside))
            {
                return beside;
            }
        }
        return null;
    }
}
