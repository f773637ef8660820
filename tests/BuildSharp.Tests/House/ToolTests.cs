using BuildSharp.Testing;
using Xunit.Sdk;

namespace BuildSharp.Tests.House;

/// <summary>The tests' own instruments, tried on plain programs of the system.</summary>
public class ToolTests
{
    [Fact]
    public async Task A_run_returns_code_and_both_streams()
    {
        var result = await Tool.Named("sh").RunAsync(3, ["-c", "echo out; echo err >&2; exit 3"]);
        Assert.Equal((3, "out\n", "err\n"), (result.ExitCode, result.Output, result.Error));
    }

    [Fact]
    public async Task An_unexpected_exit_code_fails_and_shows_what_was_printed()
    {
        var failure = await Assert.ThrowsAsync<XunitException>(() => Tool.Named("sh").RunAsync("-c", "echo seen; exit 4"));
        Assert.Contains("expected exit code 0", failure.Message);
        Assert.Contains("exit code 4", failure.Message);
        Assert.Contains("seen", failure.Message);
    }

    [Fact]
    public async Task A_program_reads_what_it_is_given_and_nothing_else()
    {
        Assert.Equal("", await Tool.Named("cat").ReadAsync());
        Assert.Equal("given", await Tool.Named("cat").Reading("given").ReadAsync());
    }

    [Fact]
    public async Task A_variable_can_be_set_and_removed()
    {
        var shell = Tool.Named("sh").WithEnvironment("HOUSE", "here").WithEnvironment("HOME", null);
        Assert.Equal("here unset", await shell.ReadAsync("-c", "echo $HOUSE ${HOME-unset}"));
    }

    [Fact]
    public async Task A_run_that_passes_its_deadline_is_killed_and_fails()
    {
        var sleeper = Tool.Named("sleep").Within(TimeSpan.FromMilliseconds(50));
        var failure = await Assert.ThrowsAsync<XunitException>(() => sleeper.RunAsync("600"));
        Assert.Contains("sleep 600", failure.Message);
    }

    [RequiresFact(Needs.Root)]
    public void A_temporary_directory_is_gone_with_what_is_mounted_in_it()
    {
        string path;
        using (var directory = new TemporaryDirectory())
        {
            path = directory.Path;
            directory.MakeDirectory("outer");
            Assert.Equal(0, Tool.Named("mount").Run(["-t", "tmpfs", "none", directory["outer"]]).ExitCode);
            directory.MakeDirectory("outer/in ner");
            Assert.Equal(0, Tool.Named("mount").Run(["-t", "tmpfs", "none", directory["outer/in ner"]]).ExitCode);
            Assert.Equal(2, MountPoints.Below(path).Count);
        }
        Assert.False(Directory.Exists(path));
        Assert.Empty(MountPoints.Below(path));
    }
}
