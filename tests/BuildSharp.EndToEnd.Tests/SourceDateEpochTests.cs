using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>The time of a reproducible build, wherever it is given (reproducible-builds.org, SOURCE_DATE_EPOCH).</summary>
public class SourceDateEpochTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    [RequiresTheory(All, "runc", "busybox")]
    [InlineData(null, "60 sandbox 1970-01-01T00:01:00Z", "--build-arg", "SOURCE_DATE_EPOCH=60")]
    [InlineData("60", "60 sandbox 1970-01-01T00:01:00Z")]
    [InlineData("60", "60 sandbox 1970-01-01T00:01:00Z", "--build-arg", "SOURCE_DATE_EPOCH")]
    [InlineData(null, "90 sandbox 1970-01-01T00:01:30Z", "--source-date-epoch", "90")]
    [InlineData("70", "60 sandbox 1970-01-01T00:01:30Z", "--source-date-epoch", "90", "--build-arg", "SOURCE_DATE_EPOCH=60")]
    [InlineData(null, " sandbox 1970-01-01T00:01:30Z", "--timestamp", "90")]
    public async Task The_time_reaches_the_image_and_an_ARG_of_its_name(string? variable, string expected, params string[] flags)
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Dockerfile", "FROM base\nARG SOURCE_DATE_EPOCH\nRUN echo \"<$SOURCE_DATE_EPOCH $(hostname)\"\n");
        var built = await sandbox.BuildSharp.WithEnvironment("SOURCE_DATE_EPOCH", variable).RunAsync(["bud", "-t", "made", .. flags, "."]);
        var created = await sandbox.BuildSharp.ReadAsync("inspect", "--type", "image", "--format", "{{json .OCIv1.Created}}", "made");
        Assert.Equal(expected, $"{built.Lines.Single(line => line.StartsWith('<'))[1..]} {created.Trim('"')}");
        Assert.Equal("", built.Error);
    }

    [RequiresFact(All)]
    public async Task An_ARG_of_that_name_without_a_value_is_no_reason_to_warn()
    {
        using var sandbox = new Sandbox();
        sandbox.Write("Dockerfile", "FROM scratch\nARG SOURCE_DATE_EPOCH\nARG OTHER\n");
        var built = await sandbox.BuildSharp.RunAsync("bud", ".");
        Assert.Contains("OTHER", built.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("SOURCE_DATE_EPOCH", built.Error, StringComparison.Ordinal);
    }

    [RequiresTheory(All)]
    [InlineData(null, "parsing SOURCE_DATE_EPOCH build-arg \"soon\"", "--build-arg", "SOURCE_DATE_EPOCH=soon")]
    [InlineData(null, "parsing SOURCE_DATE_EPOCH build-arg \"\"", "--build-arg", "SOURCE_DATE_EPOCH=")]
    [InlineData(null, "parsing SOURCE_DATE_EPOCH build-arg \"99999999999999\"", "--build-arg", "SOURCE_DATE_EPOCH=99999999999999")]
    [InlineData(null, "--source-date-epoch 99999999999999", "--source-date-epoch", "99999999999999")]
    [InlineData(null, "--timestamp -99999999999999", "--timestamp", "-99999999999999")]
    [InlineData(null, "ambiguous", "--timestamp", "5", "--build-arg", "SOURCE_DATE_EPOCH=5")]
    [InlineData("5", "ambiguous", "--timestamp", "5")]
    public async Task A_time_that_cannot_be_is_told_in_one_line(string? variable, string expected, params string[] flags)
    {
        using var sandbox = new Sandbox();
        sandbox.Write("Dockerfile", "FROM scratch\n");
        var built = await sandbox.BuildSharp.WithEnvironment("SOURCE_DATE_EPOCH", variable).RunAsync(125, ["bud", .. flags, "."]);
        Assert.Contains(expected, Assert.Single(built.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }
}
