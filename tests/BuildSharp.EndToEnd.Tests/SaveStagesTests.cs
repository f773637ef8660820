using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary><c>bud --save-stages</c> and <c>--stage-labels</c> (buildah-build(1)).</summary>
public class SaveStagesTests
{
    private const string Dockerfile = """
        FROM scratch AS first
        COPY a /a
        FROM first
        COPY a /b
        FROM scratch AS unused
        COPY a /u
        FROM scratch
        COPY --from=1 /b /c
        ENV X=1
        """;

    [RequiresTheory(Needs.Root | Needs.Overlay | Needs.Binary)]
    [InlineData(1, "--save-stages=false")]
    [InlineData(3, "--save-stages")]
    [InlineData(4, "--save-stages", "--layers")]
    public async Task The_images_of_needed_stages_stay_without_names(int images, params string[] flags)
    {
        using var sandbox = WithDockerfile();
        await sandbox.BuildSharp.RunAsync(["bud", .. flags, "-t", "made", "."]);
        Assert.Equal(images, (await sandbox.BuildSharp.RunAsync("images", "-a", "-q", "--no-trunc")).Lines.Count);
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("containers", "-q"));
        Assert.Empty(sandbox.MountsLeft);
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary)]
    public async Task Labels_tell_each_stage_s_name_and_base()
    {
        using var sandbox = WithDockerfile();
        var built = await sandbox.BuildSharp.RunAsync("bud", "--save-stages", "--stage-labels", "-t", "made", ".");
        Assert.Contains("STEP 2/4: LABEL \"io.buildah.stage.name\"=\"3\" \"io.buildah.stage.base\"=\"scratch\"\n", built.Output);
        var ids = (await sandbox.BuildSharp.ReadAsync("images", "-a", "-q", "--no-trunc")).Split('\n');
        var labels = new List<string>();
        foreach (var id in ids)
        {
            labels.Add(await sandbox.BuildSharp.ReadAsync("inspect", "--type", "image", "--format",
                "{{index .OCIv1.Config.Labels \"io.buildah.stage.name\"}} on {{index .OCIv1.Config.Labels \"io.buildah.stage.base\"}}", id));
        }
        Assert.Equal(["1 on first", "3 on scratch", "first on scratch"], labels.Order(StringComparer.Ordinal));
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary)]
    public async Task A_build_that_fails_leaves_no_stage()
    {
        using var sandbox = WithDockerfile("COPY missing /");
        await sandbox.BuildSharp.RunAsync(125, ["bud", "--save-stages", "."]);
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("images", "-a", "-q"));
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary)]
    public async Task Labels_need_images_that_stay()
    {
        using var sandbox = WithDockerfile();
        Assert.Equal("Error: \"--stage-labels\" requires \"--save-stages\"\n", (await sandbox.BuildSharp.RunAsync(125, ["bud", "--stage-labels", "."])).Error);
    }

    private static Sandbox WithDockerfile(string more = "")
    {
        var sandbox = new Sandbox();
        sandbox.Write("a", "a");
        sandbox.Write("Dockerfile", $"{Dockerfile}\n{more}\n");
        return sandbox;
    }
}
