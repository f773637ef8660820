using System.Text.Json;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>Builds for several platforms, and bases of another platform than the one asked for.</summary>
public class PlatformsTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    [RequiresFact(All)]
    public async Task Each_platform_is_built_with_its_own_arguments_and_becomes_an_entry_of_the_list()
    {
        using var sandbox = new Sandbox();
        foreach (var architecture in new[] { "amd64", "arm64", "arm" })
        {
            sandbox.Write($"file-{architecture}", architecture);
        }

        sandbox.Write("Dockerfile", "FROM scratch AS files\nARG TARGETARCH\nCOPY file-$TARGETARCH /f\nFROM scratch\nCOPY --from=files /f /f\n");
        var built = await sandbox.BuildSharp.RunAsync(
            "bud", "--platform", "linux/arm64,linux/amd64", "--platform", "linux/arm", "--build-arg", "TARGETPLATFORM=linux/386", "-t", "one", "--manifest", "list", ".");

        string[] ids = [.. built.Lines.TakeLast(3)];
        Assert.Contains("[linux/arm64] [1/2] STEP 3/3: COPY file-$TARGETARCH /f", built.Lines);
        Assert.Contains("[linux/arm/v7] [2/2] COMMIT one", built.Lines);
        Assert.Equal(["linux/arm64/", "linux/amd64/", "linux/arm/v7"], await EntriesAsync(sandbox));
        // Of images with one name the last keeps it.
        Assert.Equal(ids[2], await sandbox.BuildSharp.ReadAsync("inspect", "--type", "image", "--format", "{{.FromImageID}}", "one"));
        foreach (var architecture in new[] { "amd64", "arm64", "arm" })
        {
            var container = await sandbox.BuildSharp.ReadAsync("from", "--arch", architecture, "list");
            Assert.Equal(architecture, File.ReadAllText(Path.Combine(await sandbox.BuildSharp.ReadAsync("mount", container), "f")));
            await sandbox.BuildSharp.RunAsync("rm", container);
        }
        Assert.Empty(sandbox.MountsLeft);
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("check"));
    }

    [RequiresFact(All)]
    public async Task The_last_platform_keeps_the_name_also_when_another_takes_longer()
    {
        using var sandbox = new Sandbox();
        var large = new byte[100_000_000];
        new Random(1234).NextBytes(large);
        File.WriteAllBytes(sandbox["file-arm64"], large);
        sandbox.Write("file-amd64", "small");
        sandbox.Write("Dockerfile", "FROM scratch\nARG TARGETARCH\nCOPY file-$TARGETARCH /f\n");
        var built = await sandbox.BuildSharp.RunAsync("bud", "-q", "--jobs", "2", "--platform", "linux/arm64,linux/amd64", "-t", "one", ".");
        Assert.Equal(built.Lines[^1], await sandbox.BuildSharp.ReadAsync("inspect", "--type", "image", "--format", "{{.FromImageID}}", "one"));
    }

    [RequiresFact(All)]
    public async Task A_platform_that_fails_is_named_and_no_list_is_made()
    {
        using var sandbox = new Sandbox();
        sandbox.Write("file-amd64", "");
        sandbox.Write("Dockerfile", "FROM scratch\nARG TARGETARCH\nCOPY file-$TARGETARCH /f\n");
        var failed = await sandbox.BuildSharp.RunAsync(125, ["bud", "--platform", "linux/amd64,linux/arm64", "--manifest", "list", "."]);
        Assert.StartsWith("Error: [linux/arm64]: Dockerfile:3:6: building at STEP \"COPY file-$TARGETARCH /f\": ", failed.Error.TrimEnd().Split('\n')[^1]);
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("images", "-aq"));
    }

    [RequiresTheory(All)]
    [InlineData("building multiple images, but iidfile \"x\" can only be used to store one image ID", "--iidfile", "x")]
    [InlineData("building multiple images, but iidfile-raw \"x\" can only be used to store one image ID", "--iidfile-raw", "x")]
    [InlineData("building multiple images, but metadata file \"x\" can only be used to store information about one image", "--metadata-file", "x")]
    [InlineData("building multiple images, but --output x takes the files of one", "-o", "x")]
    [InlineData("building multiple images, but --tag oci:x is a place for one", "-t", "oci:x")]
    [InlineData("localhost/taken:latest: image is not a manifest list", "--manifest", "taken")]
    public async Task A_place_for_one_image_is_refused_for_several(string message, params string[] flags)
    {
        using var sandbox = new Sandbox();
        sandbox.Write("Dockerfile", "FROM scratch\nENV A=b\n");
        await sandbox.BuildSharp.RunAsync("bud", "-q", "-t", "taken", ".");
        var failed = await sandbox.BuildSharp.RunAsync(125, ["bud", "--platform", "linux/amd64,linux/arm64", .. flags, "."]);
        Assert.StartsWith("Error: " + message, failed.Error);
        Assert.False(Path.Exists(sandbox["x"]));
        Assert.Single((await sandbox.BuildSharp.RunAsync("images", "-aq")).Lines);
    }

    [RequiresFact(All)]
    public async Task All_platforms_are_those_that_every_base_is_for()
    {
        using var sandbox = new Sandbox();
        sandbox.Write("Dockerfile", "FROM scratch\nARG TARGETPLATFORM\nLABEL platform=$TARGETPLATFORM\n");
        await sandbox.BuildSharp.RunAsync("bud", "-q", "--platform", "linux/amd64,linux/arm64,linux/s390x", "--manifest", "three", ".");
        await sandbox.BuildSharp.RunAsync("bud", "-q", "--platform", "linux/s390x,linux/amd64,linux/386", "--manifest", "others", ".");
        sandbox.Write("Dockerfile", "FROM others AS a\nFROM --platform=linux/arm64 three AS b\nFROM three\nCOPY --from=a / /\nCOPY --from=b / /\n");
        await sandbox.BuildSharp.RunAsync("bud", "-q", "--all-platforms", "--manifest", "list", ".");
        Assert.Equal(["linux/s390x/", "linux/amd64/"], await EntriesAsync(sandbox));

        sandbox.Write("Dockerfile", "FROM scratch\nENV A=b\n");
        Assert.StartsWith("Error: --all-platforms: build uses no non-scratch base images", (await sandbox.BuildSharp.RunAsync(125, ["bud", "--all-platforms", "."])).Error);
    }

    [RequiresFact(All)]
    public async Task A_base_for_another_processor_is_no_base_and_one_for_any_variant_is_with_a_warning()
    {
        using var sandbox = new Sandbox();
        foreach (var platform in new[] { "linux/amd64", "linux/arm64", "linux/arm/v7" })
        {
            sandbox.Write("Dockerfile", "FROM scratch\nCOPY Dockerfile /\n");
            await sandbox.BuildSharp.RunAsync("bud", "-q", "--platform", platform, "-t", platform.Replace('/', '-'), ".");
        }

        // Without --pull=never a registry is asked for the other platform.
        sandbox.Write("Dockerfile", "FROM linux-amd64\nENV A=b\n");
        var error = (await sandbox.BuildSharp.RunAsync(125, ["bud", "--pull=never", "--arch", "arm64", "-t", "made", "."])).Error;
        Assert.Contains("Error: creating build container: linux-amd64: image not known for linux/arm64: image platform (linux/amd64) does not match the expected platform (linux/arm64)", error);
        foreach (var dockerfile in new[] { "FROM scratch\nCOPY --from=linux-amd64 / /\n", "FROM --platform=linux/s390x linux-amd64\nENV A=b\n", "FROM linux-arm-v7\nENV A=b\n" })
        {
            sandbox.Write("Dockerfile", dockerfile);
            Assert.Contains("does not match the expected platform", (await sandbox.BuildSharp.RunAsync(125, ["bud", "--pull=never", "--platform", "linux/arm/v6", "."])).Error);
        }
        Assert.Contains("image not known", (await sandbox.BuildSharp.RunAsync(125, ["from", "--pull=never", "--arch", "arm64", "linux-amd64"])).Error);
        Assert.DoesNotContain("made", await sandbox.BuildSharp.ReadAsync("images"));

        // A greater variant runs what is for a lesser one; the image that is built says what was asked for.
        sandbox.Write("Dockerfile", "FROM linux-amd64\nENV A=b\n");
        var built = await sandbox.BuildSharp.RunAsync("bud", "-q", "--platform", "linux/amd64/v2", "-t", "made", ".");
        Assert.Contains("image platform (linux/amd64) does not match the expected platform (linux/amd64/v2)", built.Error);
        Assert.Equal("amd64 v2", await PlatformOfAsync(sandbox, "made"));
        Assert.Equal("", (await sandbox.BuildSharp.RunAsync("from", "--platform", "linux/arm64/v8", "linux-arm64")).Error);

        // What nobody asked for, and what is named by its ID, is taken with a warning.
        Assert.Contains("does not match the expected platform", (await sandbox.BuildSharp.RunAsync("from", "linux-arm-v7")).Error);
        var id = await sandbox.BuildSharp.ReadAsync("images", "-q", "--no-trunc", "linux-arm-v7");
        Assert.Contains("does not match the expected platform", (await sandbox.BuildSharp.RunAsync("from", "--arch", "s390x", id["sha256:".Length..])).Error);
    }

    [RequiresFact(All)]
    public async Task Every_image_of_a_build_is_for_what_the_build_is_for()
    {
        using var sandbox = new Sandbox();
        sandbox.Write("Dockerfile", "FROM scratch\nCOPY Dockerfile /\n");
        await sandbox.BuildSharp.RunAsync("bud", "-q", "--platform", "linux/amd64", "-t", "base", ".");
        sandbox.Write("Dockerfile", "FROM --platform=linux/amd64 base\nARG TARGETARCH\nLABEL for=$TARGETARCH\n");
        await sandbox.BuildSharp.RunAsync("bud", "-q", "--platform", "linux/s390x", "-t", "made", ".");
        Assert.Equal("s390x", await PlatformOfAsync(sandbox, "made"));

        // An argument can say it, too.
        await sandbox.BuildSharp.RunAsync("bud", "-q", "--build-arg", "TARGETPLATFORM=linux/arm/v6", "-t", "made", ".");
        Assert.Equal("arm v6", await PlatformOfAsync(sandbox, "made"));
        Assert.Equal("arm", await sandbox.BuildSharp.ReadAsync("inspect", "--type", "image", "--format", "{{.OCIv1.Config.Labels.for}}", "made"));
    }

    [RequiresFact(All, "runc")]
    public async Task A_program_for_another_processor_says_what_to_install()
    {
        using var sandbox = new Sandbox();
        var program = new byte[120];
        (var machine, var name) = System.Runtime.InteropServices.RuntimeInformation.OSArchitecture is System.Runtime.InteropServices.Architecture.S390x
            ? ((byte)62, "amd64") : ((byte)22, "s390x");
        // A header that asks for one page, big-endian where that processor is.
        var isBig = machine == 22;
        "\x7FELF"u8.CopyTo(program);
        (program[4], program[5], program[6]) = (2, (byte)(isBig ? 2 : 1), 1);
        (program[isBig ? 17 : 16], program[isBig ? 19 : 18]) = (2, machine);
        File.WriteAllBytes(sandbox["program"], program);
        sandbox.Write("Dockerfile", "FROM scratch\nCOPY --chmod=755 program /bin/sh\nRUN echo hello\n");
        var failed = await sandbox.BuildSharp.ExecuteAsync(["bud", "--platform", $"linux/{name}", "."]);
        var expected = $"while running runtime: exit status {failed.ExitCode}: /bin/sh is a program for {name} on a machine of ";
        Assert.NotEqual(0, failed.ExitCode);
        Assert.StartsWith($"Error: building at STEP \"RUN echo hello\": {expected}", failed.Error.TrimEnd().Split('\n')[^1]);
        Assert.Contains("apt-get install qemu-user-static", failed.Error.TrimEnd().Split('\n')[^1]);

        var container = await sandbox.BuildSharp.ReadAsync("from", "scratch");
        await sandbox.BuildSharp.RunAsync("copy", "--chmod", "755", container, "program", "/bin/sh");
        var run = await sandbox.BuildSharp.ExecuteAsync(["run", container, "sh"]);
        Assert.Equal(failed.ExitCode, run.ExitCode);
        Assert.Contains("Error: " + expected, run.Error);
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task An_empty_heredoc_is_a_script_that_does_nothing()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Dockerfile", "FROM base\nRUN <<EOF\nEOF\n");
        Assert.Contains("STEP 2/2: RUN <<EOF ()", (await sandbox.BuildSharp.RunAsync("bud", ".")).Lines);
    }

    private static async Task<IEnumerable<string>> EntriesAsync(Sandbox sandbox)
    {
        using var list = JsonDocument.Parse(await sandbox.BuildSharp.ReadAsync("manifest", "inspect", "list"));
        return [.. list.RootElement.GetProperty("manifests").EnumerateArray().Select(entry => entry.GetProperty("platform")).Select(platform =>
            $"{platform.GetProperty("os")}/{platform.GetProperty("architecture")}/{(platform.TryGetProperty("variant", out var variant) ? variant.GetString() : "")}")];
    }

    private static async Task<string> PlatformOfAsync(Sandbox sandbox, string image) =>
        (await sandbox.BuildSharp.ReadAsync("inspect", "--type", "image", "--format", "{{.OCIv1.Architecture}} {{.OCIv1.Variant}}", image)).Trim();
}
