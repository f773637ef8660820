using BuildSharp.Oci;
using BuildSharp.Running.Runtimes;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Running;

public sealed class RuntimeSearchTests
{
    private static readonly Dictionary<string, IReadOnlyList<string>> NoPlaces = [];

    [Fact]
    public void The_first_of_the_configured_places_that_exists_goes_before_the_path()
    {
        using var directory = new TemporaryDirectory();
        var programs = new[] { "path/mine", "far/other", "path/runc" }.Select(name => directory.Write(name, "")).ToList();
        programs.ForEach(program => File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101));
        Dictionary<string, IReadOnlyList<string>> places = new() { ["mine"] = ["/nowhere", programs[1]], ["runc"] = [programs[1]], ["lost"] = ["/nowhere"] };
        Assert.Equal(programs[1], RuntimeSearch.Find("mine", directory["path"], places, unifiedCgroups: false));
        Assert.Equal(programs[1], RuntimeSearch.Find(null, directory["path"], places, unifiedCgroups: false));
        Assert.Equal(programs[0], RuntimeSearch.Find("mine", directory["path"], NoPlaces, unifiedCgroups: false));
        Assert.Throws<BuildSharpException>(() => RuntimeSearch.Find("lost", directory["path"], places, unifiedCgroups: false));
    }

    [Fact]
    public void A_runtime_is_found_by_name_in_the_callers_path_or_by_its_own_path()
    {
        using var directory = new TemporaryDirectory();
        var program = directory.Write("runtime-of-mine", "");
        File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
        Assert.Equal(program, RuntimeSearch.Find("runtime-of-mine", $"/nowhere:{directory.Path}", NoPlaces, unifiedCgroups: false));
        Assert.Equal(program, RuntimeSearch.Find(program, "", NoPlaces, unifiedCgroups: false));
    }

    [Fact]
    public void A_runtime_that_is_not_there_is_named_with_the_way_to_get_it()
    {
        using var directory = new TemporaryDirectory();
        var plain = directory.Write("plain", "");
        var error = Assert.Throws<BuildSharpException>(() => RuntimeSearch.Find("nosuch", directory.Path, NoPlaces, unifiedCgroups: true));
        Assert.Equal("OCI runtime \"nosuch\" not found; name another with --runtime", error.Message);
        Assert.Throws<BuildSharpException>(() => RuntimeSearch.Find(plain, "", NoPlaces, unifiedCgroups: true));
    }
}
