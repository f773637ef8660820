using System.Text.Json;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>Where <c>bud</c> writes to besides the store: logs, files of the image, facts about it (buildah-build(1)).</summary>
public class BudResultTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    [RequiresFact(All, "runc", "busybox")]
    public async Task A_log_file_takes_everything_but_the_failure()
    {
        using var sandbox = await WithBaseAsync("FROM base\nRUN echo to output\nRUN echo to error >&2\nRUN exit 3");
        var failed = await sandbox.BuildSharp.RunAsync(3, ["bud", "--logfile", "log", "."]);
        Assert.Equal("", failed.Output);
        Assert.Equal(
            "Dockerfile:4:1\n           4 | RUN exit 3\n             | ^^^^^^^^^^\n"
            + "       --on-error=keep keeps the container of a failed step, to look into it with run or mount.\n"
            + "Error: building at STEP \"RUN exit 3\": while running runtime: exit status 3\n",
            failed.Error);
        Assert.Equal("STEP 1/4: FROM base\nSTEP 2/4: RUN echo to output\nto output\nSTEP 3/4: RUN echo to error >&2\nto error\nSTEP 4/4: RUN exit 3\n", File.ReadAllText(sandbox["log"]));

        sandbox.Write("Dockerfile", "FROM scratch\nENV A=b");
        var built = await sandbox.BuildSharp.RunAsync("bud", "--logfile", "log", "--logsplit", "--platform", "linux/arm64", ".");
        Assert.Equal("", built.Output + built.Error);
        Assert.Matches("^STEP 1/2: FROM scratch\nSTEP 2/2: ENV A=b\nCOMMIT\n--> [0-9a-f]{12}\n[0-9a-f]{64}\n$", File.ReadAllText(sandbox["log_linux_arm64"]));
        Assert.Equal("Error: cannot use --logsplit without --logfile\n", (await sandbox.BuildSharp.RunAsync(125, ["bud", "--logsplit", "."])).Error);
    }

    [RequiresFact(All, "tar")]
    public async Task The_files_of_the_image_go_to_a_directory_or_a_tar()
    {
        using var sandbox = new Sandbox();
        sandbox.Write("a", "content");
        sandbox.Write("Dockerfile", "FROM scratch AS lower\nCOPY a /gone\nCOPY --chown=7:8 --chmod=4751 a /dir/a\nFROM lower\nCOPY --from=lower /dir /copy\n");
        await sandbox.BuildSharp.RunAsync("bud", "--timestamp", "0", "-t", "made", "-o", "out/dir", "-o", "type=tar,dest=out.tar", ".");
        Assert.Equal("4751 7:8", await sandbox.Named("stat").ReadAsync("-c", "%a %u:%g", "out/dir/dir/a"));
        Assert.Equal("content", File.ReadAllText(sandbox["out/dir/copy/a"]));
        await sandbox.BuildSharp.RunAsync("inspect", "--type", "image", "made");

        // A shell keeps the bytes that a string of ours would not.
        var tool = sandbox.BuildSharp;
        var piped = await sandbox.Named("sh").RunAsync(
            ["-c", "\"$@\" > piped.tar && cmp piped.tar out.tar && tar tf out.tar | sort", "sh", tool.Program, .. tool.LeadingArguments, "bud", "--timestamp", "0", "-o", "-", "."]);
        Assert.Equal("copy/\ncopy/a\ndir/\ndir/a\ngone\n", piped.Output.Replace("./\n", ""));
        Assert.Empty(sandbox.MountsLeft);
    }

    [RequiresTheory(All)]
    [InlineData("type=local", "missing required key \"dest\" in build output option: \"type=local\"")]
    [InlineData("dest=x", "missing required key \"type\" in build output option: \"dest=x\"")]
    [InlineData("type=zip,dest=x", "invalid type \"zip\" selected for build output options \"type=zip,dest=x\"")]
    [InlineData("type=tar,path=x", "unrecognized key \"path\" in build output option: \"type=tar,path=x\"")]
    [InlineData("type=local,dest=-", "\"type=local\" can not be used with \"dest=-\" in build output option: \"type=local,dest=-\"")]
    public async Task An_output_that_is_none_is_refused(string output, string expected)
    {
        using var sandbox = new Sandbox();
        sandbox.Write("Dockerfile", "FROM scratch\nENV A=b\n");
        Assert.Equal($"Error: {expected}\n", (await sandbox.BuildSharp.RunAsync(125, ["bud", "-o", output, "."])).Error);
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("images", "-q"));
    }

    [RequiresFact(All)]
    public async Task Facts_about_the_image_hold_its_descriptor()
    {
        using var sandbox = new Sandbox();
        sandbox.Write("Dockerfile", "FROM scratch\nENV A=b\n");
        var id = await sandbox.BuildSharp.ReadAsync("bud", "-q", "--format", "docker", "--metadata-file", "facts", ".");
        var facts = JsonDocument.Parse(File.ReadAllText(sandbox["facts"])).RootElement;
        Assert.Equal($"sha256:{id}", facts.GetProperty("containerimage.config.digest").GetString());
        var descriptor = facts.GetProperty("containerimage.descriptor");
        Assert.Equal("application/vnd.docker.distribution.manifest.v2+json", descriptor.GetProperty("mediaType").GetString());
        Assert.Equal(facts.GetProperty("containerimage.digest").GetString(), descriptor.GetProperty("digest").GetString());
        var manifest = Assert.Single(Directory.GetFiles(Path.Combine(sandbox.Root, "overlay-images", id), "=bWFuaWZlc3Qt*"));
        Assert.Equal(new FileInfo(manifest).Length, descriptor.GetProperty("size").GetInt64());
    }

    [RequiresFact(All)]
    public async Task A_number_of_jobs_is_a_limit()
    {
        using var sandbox = new Sandbox();
        sandbox.Write("Dockerfile", "FROM scratch AS a\nENV A=b\nFROM scratch\nCOPY --from=a . /\n");
        foreach (var jobs in new[] { "0", "2" })
        {
            await sandbox.BuildSharp.RunAsync("bud", "--jobs", jobs, ".");
        }

        Assert.Equal("Error: building: invalid value for jobs.  It must be a positive integer\n", (await sandbox.BuildSharp.RunAsync(125, ["bud", "--jobs=-1", "."])).Error);
    }

    [RequiresFact(All)]
    public async Task Labels_and_annotations_of_the_base_can_be_left_behind()
    {
        using var sandbox = new Sandbox();
        sandbox.Write("Dockerfile", "FROM scratch\nLABEL below=1\nENV A=b\n");
        await sandbox.BuildSharp.RunAsync("bud", "-t", "base", "--identity-label=false", "--annotation", "note=1", "--annotation", "other=2", ".");
        sandbox.Write("Dockerfile", "FROM base\nLABEL own=1\nENV C=d\n");

        Assert.Equal("map[below:1 own:1]|1|2", await FactsAsync("--layers", "--layer-label", "step=1"));
        Assert.Equal("map[below:1 own:1]||2", await FactsAsync("--unsetannotation", "note"));
        Assert.Equal("map[own:1]||", await FactsAsync("--inherit-labels=false", "--inherit-annotations=false"));

        await sandbox.BuildSharp.RunAsync("bud", "-t", "made", "--created-annotation=false", ".");
        var annotations = await sandbox.BuildSharp.ReadAsync("inspect", "--type", "image", "--format", "{{.ImageAnnotations}}", "made");
        Assert.DoesNotContain("created", annotations);
        Assert.Contains("base.name", annotations);
        // The first of the three builds left the image of its LABEL.
        var steps = await sandbox.BuildSharp.ReadAsync("images", "-a", "-q", "--no-trunc", "--filter", "label=step=1");
        Assert.Single(steps.Split('\n', StringSplitOptions.RemoveEmptyEntries));

        async Task<string> FactsAsync(params string[] flags)
        {
            await sandbox.BuildSharp.RunAsync(["bud", "-t", "made", "--identity-label=false", .. flags, "."]);
            return await sandbox.BuildSharp.ReadAsync("inspect", "--type", "image", "--format",
                "{{.OCIv1.Config.Labels}}|{{index .ImageAnnotations \"note\"}}|{{index .ImageAnnotations \"other\"}}", "made");
        }
    }

    [RequiresTheory(All)]
    [InlineData("{{index .ImageAnnotations \"note\"}}", "1", "--annotation", "note=1")]
    [InlineData("{{.OCIv1.Config.Labels}}", "map[]", "--unsetlabel", "below")]
    [InlineData("{{.OCIv1.Config.Labels}}", "map[]", "--inherit-labels=false")]
    [InlineData("{{.OCIv1.Config.Env}}", "[PATH=/bin]", "--unsetenv", "A")]
    [InlineData("{{.OCIv1.OSVersion}} {{.OCIv1.OSFeatures}}", "10.1 [f g]", "--os-version", "10.1", "--os-feature", "f", "--os-feature", "g")]
    public async Task Flags_that_change_the_image_do_so_without_an_instruction(string format, string expected, params string[] flags)
    {
        using var sandbox = new Sandbox();
        sandbox.Write("Dockerfile", "FROM scratch\nENV PATH=/bin A=b\nLABEL below=1\n");
        var below = await sandbox.BuildSharp.ReadAsync("bud", "-q", "--identity-label=false", "-t", "base", ".");
        sandbox.Write("Dockerfile", "FROM base\n");
        Assert.Equal(below, await sandbox.BuildSharp.ReadAsync("bud", "-q", "--identity-label=false", "."));
        var image = await sandbox.BuildSharp.ReadAsync(["bud", "-q", "--identity-label=false", .. flags, "."]);
        Assert.Equal(expected, await sandbox.BuildSharp.ReadAsync("inspect", "--type", "image", "--format", format, image));
    }

    private static async Task<Sandbox> WithBaseAsync(string dockerfile)
    {
        var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Dockerfile", dockerfile);
        return sandbox;
    }
}
