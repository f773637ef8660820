using BuildSharp.Oci;
using BuildSharp.Registry.Configuration;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Registry.Configuration;

public sealed class ShortNamesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("one", "a.org/x/one")]
    [InlineData("one:2", "a.org/x/one:2")]
    [InlineData("ns/two", "docker.io/library/two")]
    [InlineData("gone", "s1.org/gone, docker.io/library/gone")]
    [InlineData("other/x:3", "s1.org/other/x:3, docker.io/other/x:3")]
    public void An_alias_is_the_only_candidate_and_else_each_search_registry_is_one(string name, string expected)
    {
        var resolution = Resolver(
            "[aliases]\n\"one\" = \"a.org/x/one\"\n\"ns/two\" = \"docker.io/two\"\n\"gone\" = \"\"\n").Resolve(Reference.Parse(name));
        Assert.Equal(expected, string.Join(", ", resolution.Candidates));
        Assert.Equal(resolution.Candidates.Count > 1, resolution.IsChoice);
        Assert.Equal(
            resolution.IsChoice
                ? $"Resolving \"{Reference.Parse(name).Path}\" using unqualified-search registries ({_directory["x.conf"]})"
                : $"Resolved \"{Reference.Parse(name).Path}\" as an alias ({_directory["x.conf"]})",
            resolution.Origin);
    }

    [Fact]
    public void A_remembered_alias_comes_first_and_survives_others()
    {
        var file = new ShortNameAliasFile(_directory["cache/aliases.conf"]);
        Assert.Empty(file.Read());
        file.Remember("one", Reference.Parse("r.org/one:latest"));
        file.Remember("ns/two", Reference.Parse("r.org/two"));
        var resolver = Resolver("[aliases]\n\"one\" = \"a.org/one\"\n", file);
        Assert.Equal("r.org/one:1", resolver.Resolve(Reference.Parse("one:1")).Candidates.Single().ToString());
        Assert.Equal("r.org/two", resolver.Resolve(Reference.Parse("ns/two")).Candidates.Single().ToString());
        Assert.Equal("[aliases]\n  \"ns/two\" = \"r.org/two\"\n  \"one\" = \"r.org/one\"\n", File.ReadAllText(file.Path));
    }

    [Fact]
    public void Without_a_search_registry_the_file_is_named()
    {
        var configuration = RegistriesConf.Read([_directory.Write("x.conf", "")]);
        var names = new ShortNames(configuration, new Dictionary<string, ShortNameAlias>());
        Assert.StartsWith(
            $"short-name \"a:1\" did not resolve to an alias and no unqualified-search registries are defined in \"{_directory["x.conf"]}\"",
            Assert.Throws<BuildSharpException>(() => names.Resolve(Reference.Parse("a:1"))).Message);
    }

    [Theory]
    [InlineData("enforcing", true)]
    [InlineData("permissive", false)]
    [InlineData("disabled", false)]
    public void Only_the_enforcing_mode_fails_without_a_terminal_and_names_the_candidates(string mode, bool fails)
    {
        var names = Resolver("", mode: mode);
        var resolution = names.Resolve(Reference.Parse("a"));
        Assert.Equal(mode != "disabled", resolution.IsChoice);
        var problem = names.ProblemWithoutTerminal(Reference.Parse("a"), resolution.Candidates)?.Message;
        Assert.Equal(
            fails ? "short-name \"a\": short-name resolution enforced but cannot prompt without a TTY: write one of s1.org/a, docker.io/library/a" : null, problem);
    }

    private ShortNames Resolver(string aliases, ShortNameAliasFile? remembered = null, string mode = "permissive") => new(
        RegistriesConf.Read(
            [_directory.Write("x.conf", $"short-name-mode = \"{mode}\"\nunqualified-search-registries = [\"s1.org\", \"docker.io\"]\n{aliases}")]),
        (remembered ?? new ShortNameAliasFile(_directory["none"])).Read());
}
