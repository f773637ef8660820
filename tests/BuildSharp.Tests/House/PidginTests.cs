using System.Text.RegularExpressions;
using BuildSharp.Testing;

namespace BuildSharp.Tests.House;

/// <summary>What of Pidgin the native compiler cannot compile, or compiles large: parsers that are made of ever larger generic types (IL3054), and optional ones.</summary>
public partial class PidginTests
{
    [Fact]
    public void Repetitions_and_options_are_ours()
    {
        string[] strays = [.. Directory.EnumerateFiles(Path.Combine(Checkout.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file) is var text && text.Contains("using Pidgin;") && Recursive().IsMatch(text))
            .Select(file => Path.GetRelativePath(Checkout.Root, file))];
        Assert.Empty(strays);
    }

    [GeneratedRegex(@"\.(Many|ManyString|AtLeastOnce|AtLeastOnceString|SkipMany|SkipAtLeastOnce|Separated|SeparatedAtLeastOnce|SeparatedAnd\w+|Until|AtLeastOnceUntil|SkipUntil|Optional)\(")]
    private static partial Regex Recursive();
}
