using System.Globalization;
using BuildSharp.Linux;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Linux;

public sealed class ChildProcessTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task A_child_gets_its_streams_and_environment_and_nothing_else()
    {
        using var input = File.OpenHandle(_directory.Write("input", "in\n"));
        var (status, output, error) = await RunAsync("read line; echo \"$line $A ${HOME-unset}\"; echo err >&2; exit 7", ChildStream.To(input), "A=é");
        Assert.Equal((7, "in é unset\n", "err\n"), (status, output, error));
    }

    [Fact]
    public async Task A_child_has_no_other_descriptor_of_ours()
    {
        using var open = File.OpenHandle(_directory.Write("open", ""));
        // By what it leads to, for the child gives the same numbers to files of its own.
        var (_, output, _) = await RunAsync("ls -l /proc/self/fd", ChildStream.Null, "PATH=/bin:/usr/bin");
        Assert.Contains(" 1 -> " + _directory["output"], output);
        Assert.DoesNotContain(_directory["open"], output);
    }

    [Fact]
    public async Task Signals_are_as_a_fresh_process_has_them()
    {
        var (_, output, _) = await RunAsync("grep -E '^Sig(Ign|Blk)' /proc/self/status | cut -f 2", ChildStream.Null, "PATH=/bin:/usr/bin");

        // The C library keeps 32 and 33 to itself, and leaves them ignored in what it spawns.
        const ulong ours = ~(3UL << 31);

        // What ends a program stays ignored where the test itself was started so, as by nohup or in the background of a script.
        ulong[] expected = [0, new[] { Signals.Hangup, Signals.Interrupt, Signals.Quit, Signals.Terminate }.Where(Signals.IsIgnored).Aggregate(0UL, (mask, signal) => mask | (1UL << (signal - 1)))];
        Assert.Equal(expected, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(mask => ulong.Parse(mask, NumberStyles.HexNumber) & ours));
    }

    [Fact]
    public async Task A_signal_is_the_status_of_the_child_that_it_ended()
    {
        var process = Start("sleep 100", ChildStream.Null, ChildStream.Null, ChildStream.Null, "PATH=/bin:/usr/bin");
        Assert.True(process.Signal(Signals.Terminate));
        Assert.Equal(143, await process.Ended);
        Assert.False(process.Signal(Signals.Terminate));
    }

    [Fact]
    public void A_program_that_is_not_there_is_named()
    {
        var error = Assert.Throws<LinuxException>(
            () => ChildProcess.Start("/no/such", [], [], ChildStream.Null, ChildStream.Null, ChildStream.Null));
        Assert.Equal(("/no/such", Errno.ENOENT), (error.Path, error.Errno));
    }

    [Fact]
    public void Limits_are_known_by_name()
    {
        Assert.Contains("nofile", ProcessLimit.Names);
        Assert.InRange(ProcessLimit.Hard("nofile"), 1UL, ulong.MaxValue);
        Assert.Throws<ArgumentException>(() => ProcessLimit.Hard("files"));
    }

    public void Dispose() => _directory.Dispose();

    private async Task<(int Status, string Output, string Error)> RunAsync(string script, ChildStream input, params string[] environment)
    {
        int status;
        using (var output = File.OpenHandle(_directory["output"], FileMode.Create, FileAccess.Write))
        using (var error = File.OpenHandle(_directory["error"], FileMode.Create, FileAccess.Write))
        {
            status = await Start(script, input, ChildStream.To(output), ChildStream.To(error), environment).Ended;
        }

        return (status, File.ReadAllText(_directory["output"]), File.ReadAllText(_directory["error"]));
    }

    private static ChildProcess Start(string script, ChildStream input, ChildStream output, ChildStream error, params string[] environment) =>
        ChildProcess.Start("/bin/sh", ["-c", script], environment, input, output, error);
}
