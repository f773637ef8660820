using System.Text.RegularExpressions;
using BuildSharp.Testing;

namespace BuildSharp.Tests.House;

/// <summary>Habits a reviewer would otherwise have to repeat.</summary>
public partial class NamingTests
{
    [Fact]
    public void No_file_is_named_for_what_it_is_not()
    {
        string[] strays = [.. SourceFiles().Where(file => Vague().IsMatch(Path.GetFileNameWithoutExtension(file))).Select(Shown)];
        Assert.Empty(strays);
    }

    [Fact]
    public void Every_room_says_what_it_is_for()
    {
        string[] silent = [.. Directory.EnumerateDirectories(Path.Combine(Checkout.Root, "src"))
            .Where(room => !File.Exists(Path.Combine(room, "README.md"))).Select(Shown)];
        Assert.Empty(silent);
    }

    [Fact]
    public void Calls_into_native_code_are_declared_in_an_Interop_folder()
    {
        string[] strays = [.. SourceFiles()
            .Where(file => !file.Contains("/Interop/") && File.ReadLines(file).Any(line => line.TrimStart().StartsWith("[LibraryImport", StringComparison.Ordinal)))
            .Select(Shown)];
        Assert.Empty(strays);
    }

    private static IEnumerable<string> SourceFiles() =>
        Directory.EnumerateFiles(Path.Combine(Checkout.Root, "src"), "*.cs", SearchOption.AllDirectories);

    private static string Shown(string path) => Path.GetRelativePath(Checkout.Root, path);

    [GeneratedRegex("(Utils?|Utilities|Helpers?|Managers?|Common|Misc)$")]
    private static partial Regex Vague();
}
