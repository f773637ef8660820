using BuildSharp.Oci;
using BuildSharp.Registry.Configuration;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Registry.Configuration;

/// <summary>registries.conf, version 2 (containers-registries.conf(5)).</summary>
public sealed class RegistriesConfTests : IDisposable
{
    private const string Digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("example.com", "example.com/a:1", true)]
    [InlineData("example.com", "example.com:5000/a:1", false)]
    [InlineData("example.com", "example.com.evil.org/a:1", false)]
    [InlineData("example.com:5000", "example.com:5000/a:1", true)]
    [InlineData("example.com/a", "example.com/a:1", true)]
    [InlineData("example.com/a", "example.com/a/b", true)]
    [InlineData("example.com/a", "example.com/ab", false)]
    [InlineData("example.com/a:1", "example.com/a:1", true)]
    [InlineData("example.com/a:1", "example.com/a:12", false)]
    [InlineData("*.example.com", "x.example.com/a", true)]
    [InlineData("*.example.com", "x.y.example.com/a", true)]
    [InlineData("*.example.com", "a.example.com.b.example.com/a", true)]
    [InlineData("*.example.com", "example.com/a", false)]
    [InlineData("*.example.com", "x.example.com.evil.org/a", false)]
    [InlineData("*.example.com", "x.example.com:5000/a", false)]
    public void A_prefix_covers_whole_components_and_equal_ports(string prefix, string name, bool covers) =>
        Assert.Equal(covers, new RegistryRule(prefix, null, "x.conf").Covers(Reference.ParseNormalized(name)));

    [Fact]
    public void The_longest_prefix_wins()
    {
        var configuration = Read(
            """
            [[registry]]
            location = "example.com/a/b"
            [[registry]]
            location = "example.com"
            [[registry]]
            prefix = "*.com"
            [[registry]]
            location = "example.com/a"
            """);
        Assert.Equal("example.com/a/b", configuration.RuleFor(Reference.Parse("example.com/a/b/c:1"))?.Prefix);
        Assert.Equal("example.com/a", configuration.RuleFor(Reference.Parse("example.com/a/bc:1"))?.Prefix);
        Assert.Equal("example.com", configuration.RuleFor(Reference.Parse("example.com/x"))?.Prefix);
        Assert.Equal("*.com", configuration.RuleFor(Reference.Parse("other.com/x"))?.Prefix);
        Assert.Null(configuration.RuleFor(Reference.Parse("other.org/x")));
    }

    [Fact]
    public void Drop_ins_replace_settings_registries_and_aliases_in_order()
    {
        var main = _directory.Write("main.conf",
            """
            unqualified-search-registries = ["a.org", "b.org"]
            short-name-mode = "enforcing"
            credential-helpers = ["secretservice", "containers-auth.json"]
            [aliases]
            "one" = "a.org/one"
            "two" = "a.org/two"
            [[registry]]
            location = "a.org"
            insecure = true
            [[registry]]
            location = "b.org"
            """);
        var first = _directory.Write("1.conf", "[aliases]\n\"one\" = \"b.org/first\"\n\"two\" = \"\"\n[[registry]]\nlocation = \"a.org\"\nblocked = true\n");
        var second = _directory.Write("2.conf", "unqualified-search-registries = []\n[aliases]\n\"one\" = \"docker.io/second\"\n");
        var configuration = RegistriesConf.Read([main, first, second]);
        Assert.Empty(configuration.SearchRegistries);
        Assert.Equal(second, configuration.SearchFile);
        Assert.Equal(ShortNameMode.Enforcing, configuration.ShortNameMode);
        Assert.Equal(["secretservice", RegistriesConf.AuthFiles], configuration.CredentialHelpers);
        Assert.Equal(("docker.io/library/second", second), (configuration.Aliases["one"].Name?.Name, configuration.Aliases["one"].File));
        Assert.Null(configuration.Aliases["two"].Name);
        Assert.Equal(["a.org", "b.org"], configuration.Rules.Select(rule => rule.Prefix));
        Assert.Equal((false, true), (configuration.Rules[0].Insecure, configuration.Rules[0].Blocked));
    }

    [Fact]
    public void Without_a_file_short_names_are_docker_ios()
    {
        var configuration = RegistriesConf.Read([]);
        Assert.Equal(["docker.io"], configuration.SearchRegistries);
        Assert.Empty(configuration.Rules);
    }

    [Theory]
    [InlineData("[registries.search]\nregistries = [\"a.org\"]", "[registries.search] is version 1 of the format")]
    [InlineData("unqualified-search-registries = \"a.org\"", "unqualified-search-registries: must be a list of strings")]
    [InlineData("unqualified-search-registries = [\"https://a.org\"]", "\"https://a.org\" has a scheme")]
    [InlineData("short-name-mode = \"strict\"", "\"strict\" is not enforcing, permissive or disabled")]
    [InlineData("[aliases]\n\"a:1\" = \"x.org/a\"", "an alias is a name without host, tag and digest")]
    [InlineData("[aliases]\n\"a\" = \"b\"", "\"b\" is not a name with a host and without tag and digest")]
    [InlineData("[aliases]\n\"a\" = \"x.org/b:1\"", "\"x.org/b:1\" is not a name with a host")]
    [InlineData("[[registry]]\ninsecure = true", "a registry needs a location")]
    [InlineData("[[registry]]\nprefix = \"a.org\"", "the registry with the prefix a.org needs a location")]
    [InlineData("[[registry]]\nprefix = \"*.a.org/x\"", "not of the form *.domain")]
    [InlineData("[[registry]]\nprefix = \"*.a.org:5000\"", "not of the form *.domain")]
    [InlineData("[[registry]]\nlocation = \"a.org\"\ninsecure = \"yes\"", "registry.insecure: must be true or false")]
    [InlineData("[[registry]]\nlocation = \"a.org\"\n[[registry.mirror]]\ninsecure = true", "a mirror needs a location")]
    [InlineData("[[registry]]\nlocation = \"a.org\"\n[[registry.mirror]]\nlocation = \"m\"\npull-from-mirror = \"never\"", "\"never\" is not all, digest-only or tag-only")]
    [InlineData("[[registry]]\nlocation = \"a.org\"\nmirror-by-digest-only = true\n[[registry.mirror]]\nlocation = \"m\"\npull-from-mirror = \"tag-only\"", "exclude each other")]
    [InlineData("[[registry]]\nlocation = \"a.org\"\n[[registry]]\nprefix = \"b.org\"\nlocation = \"a.org\"\ninsecure = true", "a.org occurs twice and differs in insecure")]
    [InlineData("[registry]\nlocation = \"a.org\"", null)]
    public void What_is_wrong_is_named_with_its_file(string text, string? problem)
    {
        if (problem is null)
        {
            Assert.Contains("registry.location has no effect", string.Join('\n', Read(text).Notes));
            return;
        }

        var message = Assert.Throws<BuildSharpException>(() => Read(text)).Message;
        Assert.StartsWith(_directory["x.conf"] + ": ", message);
        Assert.Contains(problem, message);
    }

    [Theory]
    [InlineData("example.com/a:1", "m1.org/x/a insecure, m3.org/a, real.org/b/a")]
    [InlineData("example.com/a@" + Digest, "m1.org/x/a insecure, m2.org/a, real.org/b/a")]
    [InlineData("example.com/a:1@" + Digest, "m1.org/x/a insecure, m2.org/a, real.org/b/a")]
    [InlineData("by-digest.org/a:1", "by-digest.org/a insecure")]
    [InlineData("by-digest.org/a@" + Digest, "m.org/a, by-digest.org/a insecure")]
    [InlineData("x.wild.org/a:1", "target.org/w/a")]
    [InlineData("x.kept.org/a:1", "x.kept.org/a insecure")]
    [InlineData("hub.org/busybox", "docker.io/library/busybox")]
    [InlineData("unknown.org/a", "unknown.org/a")]
    public void Mirrors_are_asked_by_their_rules_and_then_the_location(string name, string expected)
    {
        var endpoints = new RegistryEndpoints(
            Read(
                """
                [[registry]]
                prefix = "example.com"
                location = "real.org/b"
                [[registry.mirror]]
                location = "m1.org/x/"
                insecure = true
                [[registry.mirror]]
                location = "m2.org"
                pull-from-mirror = "digest-only"
                [[registry.mirror]]
                location = "m3.org"
                pull-from-mirror = "tag-only"
                [[registry]]
                location = "by-digest.org"
                insecure = true
                mirror-by-digest-only = true
                [[registry.mirror]]
                location = "m.org"
                [[registry]]
                prefix = "*.wild.org"
                location = "target.org/w"
                [[registry]]
                prefix = "*.kept.org"
                insecure = true
                [[registry]]
                prefix = "hub.org"
                location = "docker.io"
                """),
            tlsVerify: null,
            host => host == "m2.org" ? "/certs" : null);
        var found = endpoints.ForPull(Reference.Parse(name));
        Assert.Equal(expected, string.Join(", ", found.Select(endpoint => endpoint + (endpoint.Insecure ? " insecure" : ""))));
        Assert.All(found, endpoint => Assert.Equal(endpoint.Host == "m2.org" ? "/certs" : null, endpoint.CertificateDirectory));
    }

    [Fact]
    public void A_push_goes_to_the_named_registry()
    {
        var configuration = Read("[[registry]]\nprefix = \"a.org\"\nlocation = \"b.org\"\ninsecure = true\n[[registry.mirror]]\nlocation = \"m.org\"\n");
        var endpoint = new RegistryEndpoints(configuration, tlsVerify: null, _ => null).ForPush(Reference.Parse("a.org/x:1"));
        Assert.Equal(("a.org/x", true), (endpoint.ToString(), endpoint.Insecure));
    }

    [Theory]
    [InlineData(null, true, false)]
    [InlineData(true, false, false)]
    [InlineData(false, true, true)]
    public void The_flag_overrides_the_rules(bool? tlsVerify, bool ruled, bool other)
    {
        var endpoints = new RegistryEndpoints(Read("[[registry]]\nlocation = \"a.org\"\ninsecure = true\n"), tlsVerify, _ => null);
        Assert.Equal(ruled, endpoints.ForPull(Reference.Parse("a.org/x")).Single().Insecure);
        Assert.Equal(other, endpoints.ForPush(Reference.Parse("b.org/x")).Insecure);
    }

    [Fact]
    public void A_blocked_registry_is_refused()
    {
        var endpoints = new RegistryEndpoints(Read("[[registry]]\nlocation = \"a.org/bad\"\nblocked = true\n"), tlsVerify: null, _ => null);
        foreach (var action in new Action[] { () => endpoints.ForPull(Reference.Parse("a.org/bad/x")), () => endpoints.ForPush(Reference.Parse("a.org/bad")) })
        {
            Assert.Equal($"registry a.org/bad is blocked in {_directory["x.conf"]}", Assert.Throws<BuildSharpException>(action).Message);
        }

        Assert.Single(endpoints.ForPull(Reference.Parse("a.org/good")));
    }

    [Fact]
    public void A_location_that_makes_no_name_is_refused()
    {
        var endpoints = new RegistryEndpoints(Read("[[registry]]\nprefix = \"a.org/x:1\"\nlocation = \"b.org/x:2\"\n"), tlsVerify: null, _ => null);
        Assert.Contains("not a name of the same tag", Assert.Throws<BuildSharpException>(() => endpoints.ForPull(Reference.Parse("a.org/x:1"))).Message);
    }

    private RegistriesConf Read(string text) => RegistriesConf.Read([_directory.Write("x.conf", text)]);
}
