using BuildSharp.Running.Runtimes;

namespace BuildSharp.Tests.Running;

public sealed class RuntimeLogTests
{
    [Theory]
    [InlineData("", null)]
    [InlineData("{\"level\":\"warning\",\"msg\":\"slow\"}\n", null)]
    [InlineData("{\"level\":\"error\",\"msg\":\"runc run failed: exec: \\\"x\\\": no\",\"time\":\"t\"}\n", "exec: \"x\": no")]
    [InlineData("{\"level\":\"error\",\"msg\":\"first\"}\n{\"level\":\"info\",\"msg\":\"after\"}\n{\"level\":\"error\",\"ms", "first")]
    public void The_last_error_tells_that_the_runtime_failed(string text, string? expected) => Assert.Equal(expected, RuntimeLog.FindError(text));

    [Theory]
    [InlineData("unable to start container process: exec: \"x\": executable file not found in $PATH", true)]
    [InlineData("executable file `x` not found in $PATH: No such file or directory", true)]
    [InlineData("invalid rootfs: stat /x: no such file or directory", false)]
    public void A_program_that_cannot_be_executed_is_not_the_runtimes_fault(string message, bool expected) =>
        Assert.Equal(expected, RuntimeLog.IsCommandNotStarted(message));
}
