using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>What a user sees who got something wrong: one clear message, exit code 125, and a store as it was.</summary>
public class BadInputTests
{
    public static TheoryData<string, string> Dockerfiles => new()
    {
        { "unknown instruction", "FROM base\nFRM base\n" },
        { "unknown flag", "FROM base\nCOPY --form=base / /\n" },
        { "no stage", "RUN true\n" },
        { "missing source", "FROM base\nCOPY nope /\n" },
        { "unknown base", "FROM nobody/nothing:never\n" },
        { "bad base", "FROM Base/App\n" },
        { "unknown user", "FROM base\nUSER who\n\nRUN true\n" },
        { "unknown source image", "FROM base\nCOPY --from=nobody / /\n" },
        { "open quote", "FROM base\nENV A=\"b\n" },
        { "bad port", "FROM base\nEXPOSE http\n" },
        { "missing-secret", "FROM base\nRUN --mount=type=secret,id=token,required true\n" },
        { "copy url", "FROM base\nCOPY https://example.com/x /x\n" },
    };

    [RequiresTheory(Needs.Root | Needs.Overlay | Needs.Binary, "runc", "busybox")]
    [MemberData(nameof(Dockerfiles))]
    public async Task A_Dockerfile_that_cannot_be_built_says_where(string name, string dockerfile)
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Dockerfile", dockerfile);
        var before = await sandbox.BuildSharp.ReadAsync("images", "-a", "-q");
        var failed = await sandbox.BuildSharp.RunAsync(125, ["bud", "--pull-never", "."]);
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("containers", "-q"));
        Assert.Equal(before, await sandbox.BuildSharp.ReadAsync("images", "-a", "-q"));
        Snapshot.Match(failed.Error, sandbox.Scrubber, name.Replace(' ', '-'));
    }

    public static TheoryData<string, string[]> Commands => new()
    {
        { "unknown image", ["from", "--pull-never", "nobody/nothing"] },
        { "unknown container", ["mount", "nobody"] },
        { "unknown flag", ["from", "--frobnicate", "scratch"] },
        { "unknown verb", ["frobnicate"] },
        { "unknown transport", ["pull", "carrier-pigeon://coop"] },
        { "missing layout", ["pull", "oci:/nowhere:latest"] },
        { "missing argument", ["commit"] },
        { "unknown target", ["bud", "--target", "nobody", "."] },
        { "missing context", ["bud", "/nowhere"] },
        { "missing Dockerfile", ["bud", "-f", "Nofile", "."] },
        { "bad tag", ["bud", "-t", "UPPER", "."] },
        { "unknown runtime", ["bud", "--runtime", "/nowhere/runc", "."] },
    };

    [RequiresTheory(Needs.Root | Needs.Overlay | Needs.Binary, "runc", "busybox")]
    [MemberData(nameof(Commands))]
    public async Task A_command_that_cannot_be_done_says_why(string name, string[] arguments)
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Dockerfile", "FROM base\nRUN true\n");
        var failed = await sandbox.BuildSharp.RunAsync(125, arguments);
        Assert.StartsWith("Error: ", failed.Error.Split('\n')[^2]);
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("containers", "-q"));
        Snapshot.Match(failed.Error, sandbox.Scrubber, name.Replace(' ', '-'));
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary, "setpriv")]
    public async Task A_store_of_somebody_else_is_refused_by_name()
    {
        using var sandbox = new Sandbox();
        var buildsharp = sandbox.BuildSharp;
        var failed = await sandbox.Named("setpriv").RunAsync(
            125, ["--reuid", "65534", "--regid", "65534", "--clear-groups", buildsharp.Program, .. buildsharp.LeadingArguments, "manifest", "create", "list"]);
        Snapshot.Match(failed.Error, sandbox.Scrubber);
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary)]
    public async Task A_full_disk_leaves_no_image()
    {
        using var sandbox = new Sandbox();
        Directory.CreateDirectory(Path.GetDirectoryName(sandbox.Root)!);
        await sandbox.Named("mount").RunAsync("-t", "tmpfs", "-o", "size=24m", "none", Path.GetDirectoryName(sandbox.Root)!);
        var container = await sandbox.BuildSharp.ReadAsync("from", "scratch");
        var root = await sandbox.BuildSharp.ReadAsync("mount", container);
        await sandbox.Named("dd").RunAsync("if=/dev/urandom", $"of={root}/random", "bs=1M", "count=18", "status=none");
        await sandbox.BuildSharp.RunAsync("umount", container);
        var failed = await sandbox.BuildSharp.RunAsync(125, ["commit", "-q", container, "big"]);
        Assert.Contains("no space left on device", failed.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Single(failed.Error.TrimEnd('\n').Split('\n'));
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("images", "-a", "-q"));
    }
}
