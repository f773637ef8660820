using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>registries.conf decides where the images of a name come from: with real docker-registries.</summary>
public class RegistriesConfTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    [RequiresFact(All, "docker-registry", "skopeo", "busybox")]
    public async Task Mirrors_locations_and_blocks_decide_what_is_asked()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        await PushBaseAsync(sandbox, registry);
        var conf = sandbox.Write("registries.conf",
            $"""
            [[registry]]
            prefix = "named.invalid"
            location = "{registry.Host}/team"
            insecure = true
            [[registry]]
            location = "mirrored.invalid"
            [[registry.mirror]]
            location = "{registry.Host}/none"
            insecure = true
            [[registry.mirror]]
            location = "{registry.Host}/team"
            insecure = true
            [[registry]]
            location = "blocked.invalid"
            blocked = true
            """);
        var tool = sandbox.BuildSharp.WithLeading("--registries-conf", conf);
        var id = await tool.ReadAsync("pull", "-q", "named.invalid/base:1");
        Assert.Equal(id, await tool.ReadAsync("pull", "-q", "mirrored.invalid/base:1"));
        Assert.Contains("mirrored.invalid/base", await tool.ReadAsync("images"));
        Assert.EndsWith($"registry blocked.invalid is blocked in {conf}\n", (await tool.RunAsync(125, ["pull", "-q", "blocked.invalid/base:1"])).Error);

        // Every server that was asked is named, and the flag has precedence over the file.
        var failed = (await tool.RunAsync(125, ["pull", "-q", "mirrored.invalid/absent:1"])).Error;
        Assert.Contains($"{registry.Host}/team/absent", failed);
        Assert.Contains("mirrored.invalid", failed);
        Assert.Contains("server gave HTTP response to HTTPS client", (await tool.RunAsync(125, ["pull", "-q", "--policy", "always", "--retry", "0", "--tls-verify=true", "named.invalid/base:1"])).Error);
        Assert.Contains("version 1 of the format", (await tool.WithEnvironment("CONTAINERS_REGISTRIES_CONF", "none").RunAsync(
            125, ["--registries-conf", sandbox.Write("v1.conf", "[registries.block]\nregistries = []\n"), "pull", "a.invalid/x"])).Error);
    }

    [RequiresFact(All, "docker-registry", "skopeo", "busybox")]
    public async Task A_short_name_is_an_alias_or_is_looked_for_in_order()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        await PushBaseAsync(sandbox, registry);
        string Conf(string mode) => sandbox.Write($"{mode}.conf",
            $"""
            short-name-mode = "{mode}"
            unqualified-search-registries = ["{registry.Host}/none", "{registry.Host}/team"]
            [aliases]
            "own" = "{registry.Host}/team/base"
            [[registry]]
            location = "{registry.Host}"
            insecure = true
            """);
        var conf = Conf("permissive");
        var tool = sandbox.BuildSharp.WithLeading("--short-name-alias-conf", sandbox["aliases.conf"]);
        var alias = await tool.RunAsync("--registries-conf", conf, "pull", "own:1");
        Assert.StartsWith($"Resolved \"own\" as an alias ({conf})\nTrying to pull {registry.Host}/team/base:1...\n", alias.Error);
        await tool.RunAsync("rmi", "-f", "-a");
        var searched = await tool.RunAsync("--registries-conf", conf, "from", "base:1");
        Assert.Contains($"Resolving \"base\" using unqualified-search registries ({conf})\n", searched.Error);
        Assert.Contains($"Trying to pull {registry.Host}/none/base:1...\nTrying to pull {registry.Host}/team/base:1...\n", searched.Error);
        Assert.Equal("127.0.0.1-working-container", searched.Output.Trim());
        var absent = (await tool.RunAsync(125, ["--registries-conf", conf, "pull", "-q", "absent"])).Error;
        Assert.StartsWith("Error: 2 errors occurred while pulling:\n * ", absent);
        await tool.RunAsync("rmi", "-f", "-a");
        Assert.Contains(
            $"short-name resolution enforced but cannot prompt without a TTY: write one of {registry.Host}/none/base:1, {registry.Host}/team/base:1",
            (await tool.RunAsync(125, ["--registries-conf", Conf("enforcing"), "from", "--pull-always", "base:1"])).Error);

        sandbox.Write("aliases.conf", $"[aliases]\n\"remembered\" = \"{registry.Host}/team/base\"\n");
        await tool.RunAsync("--registries-conf", conf, "pull", "-q", "remembered:1");
        Assert.Contains(
            $"no unqualified-search registries are defined in \"{sandbox.Write("none.conf", "")}\"",
            (await tool.RunAsync(125, ["--registries-conf", sandbox["none.conf"], "pull", "absent"])).Error);
    }

    [RequiresFact(All, "docker-registry", "skopeo", "busybox", "script")]
    public async Task A_terminal_lets_the_user_choose_and_the_choice_is_remembered()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        await PushBaseAsync(sandbox, registry);
        var conf = sandbox.Write("registries.conf",
            $"unqualified-search-registries = [\"{registry.Host}/none\", \"{registry.Host}/team\"]\n[[registry]]\nlocation = \"{registry.Host}\"\ninsecure = true\n");
        var tool = sandbox.BuildSharp.WithLeading("--registries-conf", conf, "--short-name-alias-conf", sandbox["aliases.conf"]);
        var command = string.Join(' ', [tool.Program, .. tool.LeadingArguments, "pull", "-q", "base:1"]);
        var shown = (await sandbox.Named("script").Reading("7\n2\n").RunAsync("-q", "-e", "-c", command, "/dev/null")).Output;
        Assert.Contains($"2. {registry.Host}/team/base:1", shown);
        Assert.Equal($"[aliases]\n  \"base\" = \"{registry.Host}/team/base\"\n", File.ReadAllText(sandbox["aliases.conf"]));
        await tool.RunAsync("pull", "-q", "--policy", "always", "base:1");
    }

    [RequiresFact(All, "docker-registry", "skopeo", "busybox", "tmux")]
    public async Task Stages_that_run_at_the_same_time_ask_one_after_the_other_and_once_for_a_name()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        await PushBaseAsync(sandbox, registry);
        await sandbox.Named("skopeo").RunAsync(
            "copy", "-q", "--src-tls-verify=false", "--dest-tls-verify=false", $"docker://{registry.Host}/team/base:1", $"docker://{registry.Host}/team/other:1");
        await sandbox.BuildSharp.RunAsync("rmi", "-f", "-a");
        var conf = sandbox.Write("registries.conf",
            $"unqualified-search-registries = [\"{registry.Host}/none\", \"{registry.Host}/team\"]\n[[registry]]\nlocation = \"{registry.Host}\"\ninsecure = true\n");
        sandbox.Write("Dockerfile", "FROM base:1 AS a\nFROM other:1 AS b\nFROM base:1 AS c\nFROM scratch\nCOPY --from=a /bin/busybox /a\nCOPY --from=b /bin/busybox /b\nCOPY --from=c /bin/busybox /c\n");
        await using var terminal = await TmuxTerminal.StartAsync(
            sandbox, 120, $"buildsharp --registries-conf {conf} --short-name-alias-conf aliases.conf bud --progress plain --jobs 4 -t app .");
        foreach (var questions in new[] { 1, 2 })
        {
            var asked = await terminal.WaitForAsync(screen => screen.Split(": FROM ").Length == 4 && CountOf(screen) >= questions);
            Assert.Equal(questions, CountOf(asked));
            await terminal.PressAsync("2");
            await terminal.PressAsync("Enter");
        }

        var shown = await terminal.WaitForAsync(screen => screen.Contains("status ", StringComparison.Ordinal));
        Assert.Contains("status 0", shown);
        Assert.Equal(2, CountOf(shown));

        static int CountOf(string screen) => screen.Split("Please select an image").Length - 1;
    }

    [RequiresFact(All, "docker-registry", "skopeo", "busybox")]
    public async Task A_short_name_is_found_in_the_store_without_a_registry()
    {
        using var sandbox = new Sandbox();
        var registry = await TemporaryRegistry.StartAsync();
        await using (registry)
        {
            await PushBaseAsync(sandbox, registry);
            await sandbox.BuildSharp.RunAsync("pull", "-q", "--tls-verify=false", $"{registry.Host}/team/base:1");
        }

        // The registry is gone.
        var conf = sandbox.Write("registries.conf", $"unqualified-search-registries = [\"{registry.Host}/team\"]\n[aliases]\n\"other\" = \"{registry.Host}/team/base\"\n");
        var tool = sandbox.BuildSharp.WithLeading("--registries-conf", conf);
        Assert.Equal("127.0.0.1-working-container", await tool.ReadAsync("from", "base:1"));
        Assert.Equal("127.0.0.1-working-container-1", await tool.ReadAsync("from", "--pull=never", "other:1"));
        sandbox.Write("Dockerfile", "FROM base:1\nCOPY Dockerfile /\n");
        await tool.RunAsync("bud", "-q", ".");
        Assert.Contains("pinging container registry", (await tool.RunAsync(125, ["from", "--pull=always", "--retry=0", "base:1"])).Error);
    }

    [RequiresFact(All, "docker-registry", "skopeo", "busybox")]
    public async Task A_variable_allows_and_blocks_registries()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        await PushBaseAsync(sandbox, registry);
        var name = $"{registry.Host}/team/base:1";
        Tool With(string lists) => sandbox.BuildSharp.WithEnvironment("BUILD_REGISTRY_SOURCES", $"{{{lists}}}".Replace("HOST", registry.Host, StringComparison.Ordinal));
        await With("\"insecureRegistries\":[\"HOST\"],\"allowedRegistries\":[\"HOST\"]").RunAsync("pull", "-q", name);
        Assert.Contains("HTTP response to HTTPS client", (await With("\"insecureRegistries\":[\"127.0.0.1\"]").RunAsync(125, ["pull", "--policy=always", "--retry=0", "-q", name])).Error);
        Assert.Contains($"registry \"{registry.Host}\" denied by policy: it is in the blocked registries list", (await With("\"blockedRegistries\":[\"HOST\"]").RunAsync(125, ["pull", "--policy=always", "-q", name])).Error);
        Assert.Contains($"registry \"{registry.Host}\" denied by policy: not in allowed registries list", (await With("\"allowedRegistries\":[\"a.org\"]").RunAsync(125, ["push", "-q", name])).Error);
        await sandbox.BuildSharp.RunAsync("from", "--name", "c", name);
        Assert.Contains($"commit to registry at \"{registry.Host}\" denied by policy", (await With("\"blockedRegistries\":[\"HOST\"]").RunAsync(125, ["commit", "-q", "c", "docker://" + name])).Error);
        Assert.Contains("$BUILD_REGISTRY_SOURCES: not valid JSON", (await With("x").RunAsync(125, ["pull", "--policy=always", "-q", name])).Error);
    }

    private static async Task PushBaseAsync(Sandbox sandbox, TemporaryRegistry registry) => await sandbox.Named("skopeo").RunAsync(
        "copy", "-q", "--dest-tls-verify=false", BusyboxImage.WriteLayout(sandbox["layout"]), $"docker://{registry.Host}/team/base:1");
}
