using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>What <c>bud</c> prints, and with which status it ends (buildah-build(1)).</summary>
public class BuildOutputTests
{
    [RequiresFact(Needs.Binary | Needs.Root | Needs.Overlay, "runc", "busybox")]
    public async Task Steps_names_and_the_id_are_printed_in_order()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Containerfile", "FROM base\nRUN echo hello\nENV X=1\n");
        var lines = (await sandbox.BuildSharp.RunAsync("bud", "-t", "t1", "-t", "t2:v", ".")).Output.TrimEnd('\n').Split('\n');
        Assert.Equal(["STEP 1/3: FROM base", "STEP 2/3: RUN echo hello", "hello", "STEP 3/3: ENV X=1", "COMMIT t1"], lines[..5]);
        // The newest name first, as buildah 1.43 has it.
        Assert.Equal(["Successfully tagged localhost/t2:v", "Successfully tagged localhost/t1:latest"], lines[^3..^1]);
        Assert.Matches("^[0-9a-f]{64}$", lines[^1]);
        Assert.Contains($"--> {lines[^1][..12]}", lines);
    }

    [RequiresFact(Needs.Binary | Needs.Root | Needs.Overlay, "runc", "busybox")]
    public async Task A_failing_command_ends_the_build_with_its_status()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        var failed = await sandbox.BuildSharp.Reading("FROM base\nRUN exit 7\n").RunAsync(7, ["bud", "-f", "-", "."]);
        Assert.Contains("Error: building at STEP \"RUN exit 7\": while running runtime: exit status 7\n", failed.Error);
    }

    [RequiresFact(Needs.Binary | Needs.Root | Needs.Overlay)]
    public async Task Quiet_prints_the_id_alone_and_a_file_takes_even_that()
    {
        using var sandbox = new Sandbox();
        sandbox.Write("Dockerfile", "FROM scratch\nCOPY a /a\n");
        sandbox.Write("a", "content");
        Assert.Matches("^[0-9a-f]{64}\n$", (await sandbox.BuildSharp.RunAsync("build", "-q")).Output);
        Assert.Equal("", (await sandbox.BuildSharp.RunAsync("build", "-q", "--iidfile", "id", ".")).Output);
        Assert.Matches("^sha256:[0-9a-f]{64}$", File.ReadAllText(sandbox["id"]));
    }

    [RequiresFact(Needs.Binary | Needs.Root | Needs.Overlay)]
    public async Task Missing_files_are_named()
    {
        using var sandbox = new Sandbox();
        Assert.Equal($"Error: cannot find Containerfile or Dockerfile in context directory: stat {sandbox["Dockerfile"]}: no such file or directory\n",
            (await sandbox.BuildSharp.RunAsync(125, ["bud"])).Error);
        Assert.Contains("cannot be path to a directory", (await sandbox.BuildSharp.RunAsync(125, ["bud", "-f", ".", "."])).Error);
    }
}
