using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>Output that cannot be written: closed, or on a full device.</summary>
public class StandardStreamTests
{
    [RequiresTheory(Needs.Overlay | Needs.Binary)]
    [InlineData("images")]
    [InlineData("from scratch")]
    [InlineData("info")]
    [InlineData("version")]
    [InlineData("--help")]
    [InlineData("run --help")]
    [InlineData("--version")]
    [InlineData("dockerfile ast Dockerfile")]
    [InlineData("bud -q .")]
    public async Task Output_that_cannot_be_written_is_told_in_one_line(string verb)
    {
        using var sandbox = new Sandbox();
        sandbox.Write("Dockerfile", "FROM scratch\nENV a=b\n");
        foreach (var redirection in new[] { ">&-", ">/dev/full" })
        {
            var result = await InShellAsync(sandbox, $"$BUILDSHARP {verb} {redirection}", 125);

            Assert.Matches("^Error: standard output cannot be written: (bad file descriptor|no space left on device)\n$", result.Error);
        }
    }

    [RequiresFact(Needs.Overlay | Needs.Binary)]
    public async Task Nothing_is_written_into_a_file_that_took_a_closed_streams_number()
    {
        using var sandbox = new Sandbox();
        sandbox.Write("Dockerfile", "FROM scratch\nENV a=b\n");

        await InShellAsync(sandbox, "$BUILDSHARP bud -t x . <&- >&- 2>&-", 125);

        Assert.Empty((await sandbox.BuildSharp.RunAsync("check")).Output);
        await InShellAsync(sandbox, "$BUILDSHARP bud -t x . <&- 2>&-", 0);
        Assert.Contains("localhost/x", await sandbox.BuildSharp.ReadAsync("images"), StringComparison.Ordinal);
    }

    [RequiresFact(Needs.Overlay | Needs.Binary)]
    public async Task A_reader_that_leaves_is_no_failure()
    {
        using var sandbox = new Sandbox();

        await InShellAsync(sandbox, "set -o pipefail; $BUILDSHARP --help | head -1 >/dev/null", 0);
    }

    private static Task<ToolResult> InShellAsync(Sandbox sandbox, string script, int status)
    {
        var tool = sandbox.BuildSharp;
        return sandbox.Named("bash").RunAsync(status, ["-c", script.Replace("$BUILDSHARP", string.Join(' ', [tool.Program, .. tool.LeadingArguments]), StringComparison.Ordinal)]);
    }
}
