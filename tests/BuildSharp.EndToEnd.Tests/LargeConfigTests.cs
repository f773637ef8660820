using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>A build whose config would be larger than tools read: it fails at the line that makes it so, and leaves nothing.</summary>
public class LargeConfigTests
{
    private static readonly string Long = new('x', 3_000_000);

    public static TheoryData<string, string, int, string> Files => new()
    {
        { "arguments", string.Concat(Enumerable.Range(1, 2000).Select(i => $"ARG v{i}=y\n")), 1294, "ARG: with this instruction the image's history has more than 4,194,304 bytes" },
        { "a label", $"ARG a=1\nLABEL a={Long}\nLABEL b=short\nENV c=d\n", 3, "LABEL: the image's config would have " },
        { "a command", $"ENV a=b\nCMD {Long}\nLABEL b=short\n", 3, "CMD: the image's config would have " },
    };

    [RequiresTheory(Needs.Root | Needs.Overlay | Needs.Binary)]
    [MemberData(nameof(Files))]
    public async Task It_names_the_line(string name, string instructions, int line, string sentence)
    {
        using var sandbox = new Sandbox();
        sandbox.Write("Dockerfile", "FROM scratch\n" + instructions);

        var plain = await sandbox.BuildSharp.RunAsync(125, ["bud", "-q", "-t", name.Replace(' ', '-'), "."]);

        Assert.Contains($"Dockerfile:{line}:1: {sentence}", plain.Error, StringComparison.Ordinal);
        Assert.Contains(name == "arguments" ? "History tells with each ARG all arguments so far" : "use fewer or shorter labels", plain.Error, StringComparison.Ordinal);
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("images", "-q", "-a"));
        await sandbox.BuildSharp.RunAsync("check");

        if (name != "arguments")
        {
            var layers = await sandbox.BuildSharp.RunAsync(125, ["bud", "-q", "--layers", "-t", "x", "."]);
            Assert.Contains($"Dockerfile:{line}:1: {sentence}", layers.Error, StringComparison.Ordinal);
            return;
        }

        await sandbox.BuildSharp.RunAsync("bud", "-q", "--omit-history", "-t", "x", ".");
    }
}
