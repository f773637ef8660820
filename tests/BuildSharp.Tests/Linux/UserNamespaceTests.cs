using BuildSharp.Linux;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Linux;

public sealed class UserNamespaceTests
{
    [Theory]
    [InlineData("         0          0 4294967295\n", true)]
    [InlineData("0 1000 1\n", false)]
    [InlineData("0 1000 1\n1 100000 65536\n", false)]
    [InlineData("", false)]
    public void Only_the_machines_own_namespace_has_every_id_as_itself(string map, bool expected) =>
        Assert.Equal(expected, UserNamespace.IsIdentity(map));

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(65_536, true)]
    [InlineData(65_537, false)]
    [InlineData(99_999, false)]
    [InlineData(100_000, true)]
    [InlineData(100_001, false)]
    [InlineData(4_294_967_295, false)]
    public void An_id_is_there_when_a_line_of_the_map_has_it(uint id, bool expected) =>
        Assert.Equal(expected, UserNamespace.Contains("         0       1000          1\n         1     100000      65536\n    100000 9 1\n", id));

    [Theory]
    [InlineData("         0       1000          1\n", true)]
    [InlineData("0 1000 1\n1 100000 65536\n", false)]
    [InlineData("0 1000 2\n", false)]
    [InlineData("0 0 4294967295\n", false)]
    [InlineData("", false)]
    public void A_namespace_has_one_id_when_its_map_is_one_line_for_one(string map, bool expected) =>
        Assert.Equal(expected, UserNamespace.HasOneIdOf(map));

    [Theory]
    [InlineData("         0          0 4294967295\n", "0 0 4294967294\n")] // all but one, to tell it from the machine's own
    [InlineData("         0       1000          1\n         1     100000      65536\n", "0 0 1\n1 1 65536\n")]
    public void A_namespace_below_has_the_ids_of_the_one_above(string map, string expected) => Assert.Equal(expected, UserNamespace.SameIds(map));

    [Theory]
    [InlineData("0::/user.slice/x\n", true, "/sys/fs/cgroup/user.slice/x")]
    [InlineData("9:cpu,cpuacct:/a\n4:memory:/b:c\n0::/\n", false, "/sys/fs/cgroup/memory/b:c")]
    [InlineData("9:cpu:/a\n0::/\n", false, null)]
    [InlineData("", true, null)]
    public void The_own_control_group_is_where_limits_are_made(string text, bool isUnified, string? expected) =>
        Assert.Equal(expected, ControlGroups.DirectoryOf(text, isUnified));

    [RequiresFact(Needs.Root)]
    public void On_the_machine_itself_all_ids_are_there()
    {
        Assert.True(UserNamespace.HasUser(70_000));
        Assert.True(UserNamespace.HasGroup(5));
    }
}
