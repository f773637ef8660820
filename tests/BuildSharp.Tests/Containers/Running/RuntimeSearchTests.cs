using BuildSharp.Containers.Running;
using BuildSharp.Oci;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Containers.Running;

public sealed class RuntimeSearchTests
{
    [Fact]
    public void A_runtime_is_found_by_name_in_the_callers_path_or_by_its_own_path()
    {
        using var directory = new TemporaryDirectory();
        var program = directory.Write("runtime-of-mine", "");
        File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
        Assert.Equal(program, RuntimeSearch.Find("runtime-of-mine", $"/nowhere:{directory.Path}", unifiedCgroups: false));
        Assert.Equal(program, RuntimeSearch.Find(program, "", unifiedCgroups: false));
    }

    [Fact]
    public void A_runtime_that_is_not_there_is_named_with_the_way_to_get_it()
    {
        using var directory = new TemporaryDirectory();
        var plain = directory.Write("plain", "");
        var error = Assert.Throws<BuildSharpException>(() => RuntimeSearch.Find("nosuch", directory.Path, unifiedCgroups: true));
        Assert.Equal("OCI runtime \"nosuch\" not found; name another with --runtime", error.Message);
        Assert.Throws<BuildSharpException>(() => RuntimeSearch.Find(plain, "", unifiedCgroups: true));
    }
}
