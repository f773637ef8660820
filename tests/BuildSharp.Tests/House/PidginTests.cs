using System.Text.RegularExpressions;
using BuildSharp.Testing;

namespace BuildSharp.Tests.House;

/// <summary>What of Pidgin the native compiler cannot compile: parsers that are made of ever larger generic types (IL3054).</summary>
public partial class PidginTests
{
    [Fact]
    public void Repetitions_are_ours()
    {
        string[] strays = [.. Directory.EnumerateFiles(Path.Combine(Checkout.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file) is var text && text.Contains("using Pidgin;") && Recursive().IsMatch(text))
            .Select(file => Path.GetRelativePath(Checkout.Root, file))];
        Assert.Empty(strays);
    }

    [GeneratedRegex(@"\.(Many|ManyString|AtLeastOnce|AtLeastOnceString|SkipMany|SkipAtLeastOnce|Separated|SeparatedAtLeastOnce|SeparatedAnd\w+|Until|AtLeastOnceUntil|SkipUntil)\(")]
    private static partial Regex Recursive();
}
