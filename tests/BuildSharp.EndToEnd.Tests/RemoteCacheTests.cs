using System.Security.Cryptography;
using System.Text.Json.Nodes;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>Steps that another machine has executed are found in registries and directories (<c>--cache-from</c>, <c>--cache-to</c>). Each
/// test has two stores with the same base image, the second of which has not built anything.</summary>
public class RemoteCacheTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    private const string Dockerfile = """
        FROM base AS made
        RUN echo made > /made
        FROM base
        COPY --from=made /made /made
        COPY file /file
        ENV A=b
        RUN cat /made /file > /both
        """;

    /// <summary>A value of --cache-to, one of --cache-from, and how many of the five steps are found. <c>$R</c> is the registry, <c>$D</c> a
    /// directory.</summary>
    public static TheoryData<string, string, string, int> Forms => new()
    {
        { "buildah's form", "$R/cache", "$R/cache", 5 },
        { "docker's form", "type=registry,ref=$R/app,mode=max", "type=registry,ref=$R/app", 5 },
        { "both forms", "type=registry,ref=$R/app,mode=max", "$R/app", 5 },
        { "a tag that keeps caches apart", "type=registry,ref=$R/app:main,mode=max", "type=registry,ref=$R/app:main", 5 },
        { "another tag", "type=registry,ref=$R/app:main,mode=max", "type=registry,ref=$R/app:other", 0 },
        { "steps of the result alone", "type=registry,ref=$R/app", "type=registry,ref=$R/app", 4 },
        { "the same, in so many words", "type=registry,ref=$R/app,mode=min", "$R/app", 4 },
        { "a directory", "type=local,dest=$D,mode=max", "type=local,src=$D", 5 },
        { "a directory with a colon", "type=local,dest=$D:1,mode=max", "type=local,src=$D:1", 5 },
    };

    [RequiresTheory(All, "docker-registry", "runc", "busybox")]
    [MemberData(nameof(Forms))]
    public async Task A_second_machine_executes_no_step_that_the_first_one_has_kept(string form, string to, string from, int found)
    {
        await using var machines = await Machines.StartAsync(Dockerfile);
        var first = await machines.BuildAsync(machines.First, "--cache-to", machines.Place(to));
        Assert.Equal(0, BuildCacheTests.Hits(first));
        var second = await machines.BuildAsync(machines.Second, "--cache-from", machines.Place(from));
        Assert.True(found == BuildCacheTests.Hits(second), $"{form}:\n{second.Transcript}");
        Assert.Equal(found, Pulled(second));
        Assert.Equal(found > 0, first.Lines[^1] == second.Lines[^1]);
        Assert.Equal("", second.Error);
        // What was found elsewhere is in the store now, without a name.
        Assert.Equal(5, BuildCacheTests.Hits(await machines.BuildAsync(machines.Second)));
        Assert.DoesNotContain(machines.Registry.Host, await machines.Second.BuildSharp.ReadAsync("images", "-a"));
        await machines.Second.BuildSharp.RunAsync("check");
    }

    [RequiresFact(All, "docker-registry", "runc", "busybox")]
    public async Task A_step_is_sent_once_and_a_step_that_another_place_has_is_copied_to_one_that_lacks_it()
    {
        await using var machines = await Machines.StartAsync(Dockerfile);
        Assert.Equal(5, Pushed(await machines.BuildAsync(machines.First, "--cache-to", machines.Place("$R/cache"))));
        Assert.Equal(0, Pushed(await machines.BuildAsync(machines.First, "--cache-to", machines.Place("$R/cache"))));
        var both = await machines.BuildAsync(machines.Second, "--cache-from", machines.Place("$R/cache"), "--cache-to", machines.Place("$R/cache"), "--cache-to", machines.Place("$R/copy"));
        Assert.Equal((5, 5), (Pulled(both), Pushed(both)));
        Assert.Contains($"--> Pushing cache [{machines.Registry.Host}/copy]:", both.Output, StringComparison.Ordinal);
        var third = await machines.BuildAsync(machines.First, "--no-cache", "--cache-to", machines.Place("$R/cache"));
        Assert.Equal((0, 5), (BuildCacheTests.Hits(third), Pushed(third)));
    }

    [RequiresTheory(All, "docker-registry", "runc", "busybox", "buildah")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Buildah_finds_our_steps_and_we_find_buildahs(bool writesBuildah)
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp, sandbox.Buildah);
        sandbox.Write("context/Dockerfile", "FROM base\nENV A=1\nRUN echo $A > /x\nLABEL l=1\nUSER 1\nRUN id > /tmp/id\n");
        Task<ToolResult> BuildAsync(bool isBuildah, string flag) => (isBuildah ? sandbox.Buildah : sandbox.BuildSharp).RunAsync(
            // Debian's 1.28 looks for no ARG elsewhere, and hashes what COPY adds in another way.
            "bud", "--runtime", "runc", "--network", "host", "--layers", "--tls-verify=false", flag, $"{registry.Host}/cache", "-t", "made", "context");
        var first = await BuildAsync(writesBuildah, "--cache-to");
        var second = await BuildAsync(!writesBuildah, "--cache-from");
        // 1.28 does not annotate its image with the time of creation, so the last step is executed again here.
        Assert.True(Pulled(second) is 4 or 5, second.Transcript);
        Assert.Equal(Pulled(second) == 5, first.Lines[^1] == second.Lines[^1]);
    }

    [RequiresFact(All, "docker-registry", "runc", "busybox")]
    public async Task Images_are_sent_while_later_steps_run_and_those_of_a_build_that_fails_are_kept()
    {
        await using var machines = await Machines.StartAsync("");
        // The second step ends only when the registry has the first one.
        machines.Write($"FROM base\nRUN echo one > /one\nRUN --network=host until wget -q -O - http://{machines.Registry.Host}/v2/cache/tags/list; do :; done\nRUN false\n");
        var failed = await machines.BuildAsync(machines.First, 1, "--cache-to", machines.Place("$R/cache"));
        Assert.Equal(2, Pushed(failed));
        var second = await machines.BuildAsync(machines.Second, 1, "--cache-from", machines.Place("$R/cache"));
        Assert.Equal(2, Pulled(second));
    }

    /// <summary>What is wrong with a place, its flag and value, and what the one warning says.</summary>
    public static TheoryData<string, string, string> Failing => new()
    {
        { "--cache-from", "127.0.0.1:1/cache", "no more steps are looked for there" },
        { "--cache-to", "127.0.0.1:1/cache", "no more steps are kept there" },
        { "--cache-from", "type=local,src=nowhere", "there is no directory" },
        { "--cache-to", "type=local,dest=context", "is not empty and no OCI layout" },
        { "--cache-from", "$R/closed", "no more steps are looked for there" },
        { "--cache-to", "$R/closed", "no more steps are kept there" },
    };

    [RequiresTheory(All, "docker-registry", "runc", "busybox")]
    [MemberData(nameof(Failing))]
    public async Task A_place_that_fails_is_told_once_and_the_build_goes_on(string flag, string place, string told)
    {
        await using var machines = await Machines.StartAsync(Dockerfile, isClosed: true);
        var built = await machines.BuildAsync(machines.First, "--retry", "0", flag, machines.Place(place));
        var line = Assert.Single(built.Error.TrimEnd('\n').Split('\n'));
        Assert.Contains(told, line, StringComparison.Ordinal);
        Assert.Contains($"{flag} {machines.Place(place)}: ", line, StringComparison.Ordinal);
        Assert.Equal(0, Pulled(built));
    }

    /// <summary>What somebody did to a layout, and how many of the two steps are found then.</summary>
    public static TheoryData<string, int, string> Poisons => new()
    {
        { "nothing", 2, "" },
        { "other layers below", 0, "diff" },
        { "other commands before", 0, "history" },
        { "another config", 0, "config" },
        { "a layer with other bytes", 0, "layer" },
        { "a config with other bytes", 0, "bytes" },
    };

    [RequiresTheory(All, "docker-registry", "runc", "busybox")]
    [MemberData(nameof(Poisons))]
    public async Task An_image_that_is_not_the_result_of_the_step_is_not_taken(string change, int found, string what)
    {
        await using var machines = await Machines.StartAsync("FROM base\nRUN echo right > /file\nENV A=b\n");
        var place = machines.Place("$D");
        await machines.BuildAsync(machines.First, "--cache-to", $"type=local,dest={place}");
        Poison(place, what);
        var second = await machines.BuildAsync(machines.Second, "--cache-from", $"type=local,src={place}");
        Assert.True(found == Pulled(second), $"{change}:\n{second.Transcript}");
        var made = await machines.Second.BuildSharp.ReadAsync("from", "made");
        Assert.Equal("right", await machines.Second.BuildSharp.ReadAsync("run", made, "cat", "/file"));
        await machines.Second.BuildSharp.RunAsync("check");
    }

    [RequiresFact(All, "docker-registry", "runc", "busybox", "skopeo")]
    public async Task A_cache_of_BuildKit_is_told_by_name()
    {
        await using var machines = await Machines.StartAsync(Dockerfile);
        var place = machines.Place("$D");
        Directory.CreateDirectory(Path.Combine(place, "blobs/sha256"));
        var manifest = PutBlob(place, """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.buildkit.cacheconfig.v0","digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":0}]}"""u8.ToArray());
        File.WriteAllText(Path.Combine(place, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
        File.WriteAllText(Path.Combine(place, "index.json"),
            $"{{\"schemaVersion\":2,\"manifests\":[{{\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"digest\":\"{manifest.Digest}\",\"size\":{manifest.Size},\"annotations\":{{\"org.opencontainers.image.ref.name\":\"latest\"}}}}]}}");
        var built = await machines.BuildAsync(machines.First, "--cache-from", $"type=local,src={place}");
        Assert.Contains("is a cache of BuildKit, whose format is not read", Assert.Single(built.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    [RequiresFact(All, "docker-registry", "runc", "busybox")]
    public async Task Where_a_step_was_found_is_explained()
    {
        await using var machines = await Machines.StartAsync("FROM base\nENV A=b\n");
        var first = await machines.BuildAsync(machines.First, "--cache-to", machines.Place("$R/cache"));
        var text = await machines.BuildAsync(machines.Second, "--explain", "--cache-from", machines.Place("$R/cache"));
        Assert.Contains($"hit (remote): {first.Lines[^1]}", text.Lines);
        Assert.Contains($"hit: {first.Lines[^1]}", (await machines.BuildAsync(machines.Second, "--explain", "--cache-from", machines.Place("$R/cache"))).Lines);
    }

    /// <summary>A flag that names no place, and what is said.</summary>
    public static TheoryData<string, string> Mistakes => new()
    {
        { "--cache-to=r/cache:1", "unable to parse value provided `[r/cache:1]` to --cache-to: repository must contain neither a tag nor digest: r/cache:1" },
        { "--cache-from=type=gha", "--cache-from type=gha: \"gha\" is a cache service that is not supported; type=registry and type=local are" },
        { "--cache-to=type=s3,bucket=b", "--cache-to type=s3,bucket=b: \"s3\" is a cache service that is not supported; type=registry and type=local are" },
        { "--cache-to=type=inline", "--cache-to type=inline: an image does not hold the images of its steps; type=registry,ref=REPOSITORY keeps them beside it" },
        { "--cache-to=ref=r/cache", "--cache-to ref=r/cache: a type is missing: type=registry or type=local" },
        { "--cache-to=type=registry", "--cache-to type=registry: ref= is missing" },
        { "--cache-to=type=local,src=d", "--cache-to type=local,src=d: \"src\" is not supported; type=local takes dest and mode" },
        { "--cache-from=type=local,src=d,mode=max", "--cache-from type=local,src=d,mode=max: \"mode\" is not supported; type=local takes src" },
        { "--cache-to=type=registry,ref=r,compression=zstd", "--cache-to type=registry,ref=r,compression=zstd: \"compression\" is not supported; type=registry takes ref and mode" },
        { "--cache-to=type=registry,ref=r,mode=most", "--cache-to type=registry,ref=r,mode=most: unknown mode \"most\"; known are min, max" },
    };

    [RequiresTheory(Needs.Root | Needs.Binary)]
    [MemberData(nameof(Mistakes))]
    public async Task A_value_that_names_no_place_is_refused(string flag, string said)
    {
        using var sandbox = new Sandbox();
        sandbox.Write("Dockerfile", "FROM scratch\n");
        var refused = await sandbox.BuildSharp.RunAsync(125, ["bud", "--layers", flag, "."]);
        Assert.Equal($"Error: {said}\n", refused.Error);
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary)]
    public async Task Without_layers_a_line_says_that_there_is_no_effect_and_a_directory_cannot_hold_Dockers_format()
    {
        using var sandbox = new Sandbox();
        sandbox.Write("Dockerfile", "FROM scratch\nLABEL a=b\n");
        var built = await sandbox.BuildSharp.RunAsync("bud", "--cache-to", "r.test/cache", ".");
        Assert.Contains("--cache-to has no effect without --layers", Assert.Single(built.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
        var refused = await sandbox.BuildSharp.RunAsync(125, ["bud", "--layers", "--format=docker", "--cache-to", "type=local,dest=d", "."]);
        Assert.Equal("Error: --cache-to type=local,dest=d: a directory holds OCI images; with --format docker use type=registry\n", refused.Error);
    }

    private static int Pulled(ToolResult built) => built.Lines.Count(line => line.StartsWith("--> Cache pulled from remote ", StringComparison.Ordinal));

    private static int Pushed(ToolResult built) => built.Lines.Count(line => line.StartsWith("--> Pushing cache [", StringComparison.Ordinal));

    /// <summary>Changes every image of a layout.</summary>
    private static void Poison(string layout, string what)
    {
        string BlobOf(JsonNode descriptor) => Path.Combine(layout, "blobs/sha256", ((string)descriptor["digest"]!)["sha256:".Length..]);
        var indexPath = Path.Combine(layout, "index.json");
        var index = JsonNode.Parse(File.ReadAllText(indexPath))!;
        var damaged = new HashSet<string>();
        foreach (var entry in index["manifests"]!.AsArray())
        {
            var manifest = JsonNode.Parse(File.ReadAllText(BlobOf(entry!)))!;
            var configPath = BlobOf(manifest["config"]!);
            var config = JsonNode.Parse(File.ReadAllText(configPath))!;
            switch (what)
            {
                case "diff":
                    config["rootfs"]!["diff_ids"]![0] = "sha256:" + new string('1', 64);
                    break;
                case "history":
                    config["history"]![0]!["created_by"] = "another base";
                    break;
                case "config":
                    config["config"]!["Env"]!.AsArray().Add((JsonNode)"LD_PRELOAD=/evil.so");
                    break;
                case "layer":
                    damaged.Add(BlobOf(manifest["layers"]!.AsArray()[^1]!));
                    continue;
                case "bytes":
                    damaged.Add(configPath);
                    continue;
                default:
                    continue;
            }

            Put(manifest["config"]!, config);
            Put(entry!, manifest);
        }

        File.WriteAllText(indexPath, index.ToJsonString());
        foreach (var path in damaged)
        {
            var bytes = File.ReadAllBytes(path);
            bytes[^9] ^= 1;
            File.WriteAllBytes(path, bytes);
        }

        void Put(JsonNode descriptor, JsonNode content)
        {
            var (digest, size) = PutBlob(layout, System.Text.Encoding.UTF8.GetBytes(content.ToJsonString()));
            (descriptor["digest"], descriptor["size"]) = (digest, size);
        }
    }

    private static (string Digest, int Size) PutBlob(string layout, byte[] bytes)
    {
        var hex = Convert.ToHexStringLower(SHA256.HashData(bytes));
        File.WriteAllBytes(Path.Combine(layout, "blobs/sha256", hex), bytes);
        return ("sha256:" + hex, bytes.Length);
    }

    private sealed class Machines : IAsyncDisposable
    {
        private readonly TemporaryDirectory _directory = new();

        private Machines(TemporaryRegistry registry) => Registry = registry;

        public Sandbox First { get; } = new();

        public Sandbox Second { get; } = new();

        public TemporaryRegistry Registry { get; }

        public static async Task<Machines> StartAsync(string dockerfile, bool isClosed = false)
        {
            var machines = new Machines(await TemporaryRegistry.StartAsync(isClosed));
            machines.Write(dockerfile);
            foreach (var machine in new[] { machines.First, machines.Second })
            {
                await machine.AddBaseImageAsync(machine.BuildSharp);
            }

            return machines;
        }

        public void Write(string dockerfile)
        {
            foreach (var machine in new[] { First, Second })
            {
                machine.Write("context/Dockerfile", dockerfile);
                machine.Write("context/file", "file\n");
            }
        }

        public string Place(string text) => text.Replace("$R", Registry.Host, StringComparison.Ordinal).Replace("$D", _directory["cache"], StringComparison.Ordinal);

        public Task<ToolResult> BuildAsync(Sandbox machine, params string[] flags) => BuildAsync(machine, 0, flags);

        public Task<ToolResult> BuildAsync(Sandbox machine, int expected, params string[] flags) =>
            machine.BuildSharp.RunAsync(expected, ["bud", "--layers", "--tls-verify=false", "-t", "made", .. flags, "context"]);

        public async ValueTask DisposeAsync()
        {
            First.Dispose();
            Second.Dispose();
            await Registry.DisposeAsync();
            _directory.Dispose();
        }
    }
}
