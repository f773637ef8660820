using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>Why a step was not found in the cache.</summary>
public class ExplainTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    private const string Dockerfile = """
        FROM base
        ARG WHO=you
        COPY package.json lib /app/
        RUN --mount=source=tools,target=/t echo $WHO > /who
        RUN <<EOF
        echo heredoc
        EOF
        LABEL a=b
        """;

    public static TheoryData<string, string[], string> Changes => new()
    {
        { "echo new > package.json", [], "miss: package.json changed" },
        { "chmod 600 lib/b", [], "miss: the mode of lib/b changed" },
        { "rm lib/b; echo > lib/c", [], "miss: lib/c was added, and 1 more" },
        { "echo new > tools/x", [], "miss: tools/x changed" },
        { "sed -i 's/echo heredoc/echo other/' Dockerfile", [], "miss: the instruction changed" },
        { "true", ["--build-arg", "WHO=me"], "miss: ARG WHO changed" },
        { "true", ["--format", "docker"], "miss: --format changed" },
        { "true", ["--layer-label", "x=y"], "miss: --layer-label was added" },
        { "true", ["--from", "other"], "miss: the base base changed" },
        { "true", ["--cache-ttl", "1ns"], "miss: its image has another age, format or config" },
        { "printf '\\nLABEL c=d\\n' >> Dockerfile", [], "miss: the step is new" },
    };

    [RequiresTheory(All, "runc", "busybox")]
    [MemberData(nameof(Changes))]
    public async Task A_line_says_what_differs_from_the_last_build(string change, string[] flags, string line)
    {
        using var sandbox = await BuiltAsync();
        await sandbox.Named("sh").RunAsync("-c", change);
        var built = await sandbox.BuildSharp.RunAsync(["bud", "--layers", .. flags, "."]);
        Assert.Equal([line], built.Lines.Where(text => text.StartsWith("miss", StringComparison.Ordinal)));
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task Each_step_is_explained_when_asked_for()
    {
        using var sandbox = await BuiltAsync();
        var unchanged = await sandbox.BuildSharp.RunAsync("bud", "--layers", "--explain", ".");
        Assert.Equal(5, unchanged.Lines.Count(text => Regex.IsMatch(text, "^hit: [0-9a-f]{64}$")));
        Assert.DoesNotContain(unchanged.Lines, text => text.StartsWith("miss", StringComparison.Ordinal));

        sandbox.Write("package.json", "new");
        var changed = await sandbox.BuildSharp.RunAsync("bud", "--layers", "--explain", ".");
        var lines = changed.Lines.Where(text => Regex.IsMatch(text, "^(hit|miss|    )")).ToList();
        Assert.StartsWith("hit: ", lines[0]);
        Assert.Equal("miss: package.json changed", lines[1]);
        Assert.Equal($"    package.json changed: {Sha256("old")} -> {Sha256("new")}", lines[2]);
        Assert.Equal(Enumerable.Repeat("miss: the step before was executed", 3), lines.Skip(3));
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task Programs_get_an_object_for_each_step_and_then_the_image()
    {
        using var sandbox = await BuiltAsync();
        sandbox.Write("package.json", "new");
        var built = await sandbox.BuildSharp.RunAsync("bud", "--layers", "--explain=json", ".");
        var steps = built.Lines.Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(["hit", "miss", "miss", "miss", "miss", null], steps.Select(step => (string?)step["result"]));
        Assert.Equal([2, 3, 4, 5, 6, null], steps.Select(step => (int?)step["step"]));
        Assert.Equal("COPY package.json lib /app/", (string?)steps[1]["text"]);
        var difference = Assert.Single(steps[1]["differences"]!.AsArray())!;
        Assert.Equal(("file", "package.json", Sha256("old"), Sha256("new")), ((string?)difference["kind"], (string?)difference["subject"], (string?)difference["before"], (string?)difference["now"]));
        Assert.Matches("^[0-9a-f]{64}$", (string?)steps[5]["image"]);
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task The_first_build_and_one_without_cache_say_so_and_a_damaged_memory_does_not_matter()
    {
        using var sandbox = await BuiltAsync();
        Assert.Equal(
            Enumerable.Repeat("miss: the cache is turned off", 5),
            (await sandbox.BuildSharp.RunAsync("bud", "--layers", "--no-cache", "--explain", ".")).Lines.Where(line => line.StartsWith("miss", StringComparison.Ordinal)));
        var refused = await sandbox.BuildSharp.RunAsync(125, ["bud", "--layers=false", "--explain", "."]);
        Assert.Equal("Error: --explain needs --layers: without it no step is looked for\n", refused.Error);
        var unknown = await sandbox.BuildSharp.RunAsync(125, ["bud", "--layers", "--explain=xml", "."]);
        Assert.Equal("Error: unknown --explain \"xml\"; known are text, json\n", unknown.Error);

        foreach (var file in Directory.GetFiles(Path.Combine(sandbox.Root, "cache", "buildsharp-builds")))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            File.WriteAllText(file, "{ damaged");
        }

        sandbox.Write("package.json", "new");
        var built = await sandbox.BuildSharp.RunAsync("bud", "--layers", "--explain", ".");
        Assert.Contains("miss: no build of it is remembered", built.Lines);
        Assert.DoesNotContain("miss: no build", (await sandbox.BuildSharp.RunAsync("bud", "--layers", ".")).Output);
    }

    private static string Sha256(string text) => "sha256:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));

    private static async Task<Sandbox> BuiltAsync()
    {
        var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        var container = await sandbox.BuildSharp.ReadAsync("from", "base");
        await sandbox.BuildSharp.RunAsync("commit", "-q", "--rm", container, "other");
        sandbox.Write("Dockerfile", Dockerfile);
        sandbox.Write("package.json", "old");
        sandbox.Write("lib/b", "b");
        sandbox.Write("tools/x", "x");
        await sandbox.BuildSharp.RunAsync("bud", "--layers", ".");
        return sandbox;
    }
}
