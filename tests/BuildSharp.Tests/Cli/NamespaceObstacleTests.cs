using BuildSharp.Cli.Namespaces;
using BuildSharp.Linux;

namespace BuildSharp.Tests.Cli;

public sealed class NamespaceObstacleTests
{
    private const string Needs = "bud of an ordinary user needs a user namespace";

    [Theory]
    [InlineData(Errno.ENOSPC, "/proc/sys/user/max_user_namespaces", "0",
        ", and this machine allows none; \"sysctl -w user.max_user_namespaces=15000\", run by root, allows them")]
    [InlineData(Errno.ENOSPC, "/proc/sys/user/max_user_namespaces", "5000",
        ", and the limit for them is reached (user.max_user_namespaces, or 32 in each other)")]
    [InlineData(Errno.EPERM, "/proc/sys/kernel/unprivileged_userns_clone", "0",
        ", which this machine allows to root only; \"sysctl -w kernel.unprivileged_userns_clone=1\", run by root, allows it")]
    [InlineData(Errno.EPERM, "/proc/self/status", "Name:\tx\nSeccomp:\t2\n",
        ", which the seccomp profile of this container forbids; start the container with --security-opt seccomp=unconfined, or run bud as its root")]
    [InlineData(Errno.EPERM, "", "", ", which the kernel does not allow here: operation not permitted; run it as root, and not below chroot")]
    [InlineData(Errno.EINVAL, "", "", ", which this kernel does not have (CONFIG_USER_NS); run it as root")]
    [InlineData(Errno.EIO, "", "", ": clone: input/output error")]
    public void What_forbids_a_namespace_is_named_with_the_command_that_allows_it(int errno, string file, string content, string expected) =>
        Assert.Equal(Needs + expected, NamespaceObstacle.Explain("clone", errno, path => path == file ? content : "", "bud"));
}
