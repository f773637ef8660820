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

    [RequiresFact(Needs.Root)]
    public void On_the_machine_itself_all_ids_are_there()
    {
        Assert.True(UserNamespace.HasUser(70_000));
        Assert.True(UserNamespace.HasGroup(5));
    }
}
