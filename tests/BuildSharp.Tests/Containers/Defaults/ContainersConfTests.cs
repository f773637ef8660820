using BuildSharp.Containers.Defaults;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running.Spec;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Containers.Defaults;

/// <summary>Which containers.conf files count, and what they come to.</summary>
public sealed class ContainersConfTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(0u, "usr", "etc", "etc.d/1", "etc.d/2", "home", "home.d")]
    [InlineData(1000u, "usr", "etc", "etc.d/1", "etc.d/2", "rootless", "rootless.d", "rootless.d/user", "home", "home.d")]
    public void All_files_that_exist_count_one_over_the_other(uint user, params string[] expected)
    {
        foreach (var (place, name) in new Dictionary<string, string>
        {
            ["usr/share/containers/containers.conf"] = "usr",
            ["etc/containers/containers.conf"] = "etc",
            ["etc/containers/containers.conf.d/20.conf"] = "etc.d/2",
            ["etc/containers/containers.conf.d/10.conf"] = "etc.d/1",
            ["etc/containers/containers.conf.d/README"] = "none",
            ["etc/containers/containers.rootless.conf"] = "rootless",
            ["etc/containers/containers.rootless.conf.d/a.conf"] = "rootless.d",
            ["etc/containers/containers.rootless.conf.d/1000/a.conf"] = "rootless.d/user",
            ["etc/containers/containers.rootless.conf.d/1001/a.conf"] = "other user",
            ["home/.config/containers/containers.conf"] = "home",
            ["home/.config/containers/containers.conf.d/x.conf"] = "home.d",
        })
        {
            _directory.Write(place, $"[containers]\ndns_searches = [\"{name}\", {{append=true}}]\nnetns = \"{name}\"\n");
        }

        var read = Read(user);
        Assert.Equal(expected, read.DnsSearches);
        Assert.Equal("home.d", read.Network);
    }

    [Fact]
    public void The_environment_can_name_the_only_file_and_the_last_one()
    {
        _directory.Write("etc/containers/containers.conf", "[containers]\nshm_size = \"1m\"\n");
        _directory.Write("xdg/containers/containers.conf", "[containers]\nshm_size = \"2m\"\n");
        _environment["XDG_CONFIG_HOME"] = _directory["xdg"];
        Assert.Equal("2m", Read().ShmSize);
        _environment["CONTAINERS_CONF"] = _directory.Write("only.conf", "[engine]\nruntime = \"mine\"\n");
        Assert.Null(Read().ShmSize);
        _environment["CONTAINERS_CONF_OVERRIDE"] = _directory.Write("last.conf", "[containers]\nshm_size = \"3m\"\n");
        Assert.Equal(("3m", "mine"), (Read().ShmSize, Read().Runtime));
        _environment["CONTAINERS_CONF_OVERRIDE"] = _directory["missing"];
        Assert.Equal("mine", Read().Runtime);
        _environment["CONTAINERS_CONF"] = _directory["missing"];
        Assert.Equal($"CONTAINERS_CONF names {_directory["missing"]}, which does not exist", Refusal());
    }

    [Fact]
    public void A_list_replaces_the_one_before_it_until_a_file_says_append()
    {
        Assert.Equal(["b"], Lists("[\"a\"]", "[\"b\"]"));
        Assert.Equal(["b", "c", "d"], Lists("[\"a\"]", "[\"b\"]", "[\"c\", {append=true}]", "[\"d\"]"));
        Assert.Equal(["c"], Lists("[\"a\", {append=true}]", "[\"b\"]", "[\"c\", {append=false}]"));
        Assert.Equal(["a", "b"], Lists("[\"a\", {append=true}, \"b\"]"));
    }

    [Fact]
    public void Capabilities_are_appended_to_the_usual_ones() => Assert.Equal(
        [.. CapabilitySet.DefaultNames, "CAP_MKNOD"], Of("[containers]\ndefault_capabilities = [\"mknod\", {append=true}]").Capabilities);

    [Fact]
    public void Every_value_finds_its_place()
    {
        var read = Of(
            """
            [containers]
            default_capabilities = ["CHOWN", "cap_kill"]
            default_ulimits = ["nofile=10:20"]
            default_sysctls = ["fs.mqueue.msg_max=20"]
            devices = ["/dev/null:/dev/zilch:r"]
            volumes = ["/a:/b:ro"]
            dns_servers = ["9.9.9.9"]
            dns_options = ["ndots:3"]
            pidns = "host"
            ipcns = "shareable"
            utsns = ""
            container_name_as_hostname = true
            base_hosts_file = "none"
            host_containers_internal_ip = "10.0.0.1"
            [engine]
            env = ["A=1", "B=", "A=2"]
            retry = 7
            retry_delay = "5s"
            image_copy_tmp_dir = "storage"
            [engine.runtimes]
            mine = ["/x", "/y"]
            """);
        Assert.Equal(["CAP_CHOWN", "CAP_KILL"], read.Capabilities);
        Assert.Equal(["nofile=10:20", "fs.mqueue.msg_max=20", "/dev/null:/dev/zilch:r", "/a:/b:ro", "9.9.9.9", "ndots:3"],
            [.. read.Ulimits, .. read.Sysctls, .. read.Devices, .. read.Volumes, .. read.DnsServers, .. read.DnsOptions]);
        Assert.Equal(new Dictionary<string, bool> { ["pid"] = true, ["ipc"] = false }, read.HostNamespaces);
        Assert.True(read.ContainerNameAsHostname);
        Assert.Equal(("none", "10.0.0.1"), (read.BaseHostsFile, read.HostAddress));
        Assert.Equal(new Dictionary<string, string> { ["A"] = "1", ["B"] = "" }, read.EngineEnvironment);
        Assert.Equal((7L, "5s", "storage"), (read.Retry, read.RetryDelay, read.TemporaryDirectory));
        Assert.Equal(["/x", "/y"], read.Runtimes["mine"]);
        Assert.Empty(read.Warnings);
        Assert.Equal([$"{_directory["only.conf"]}: read"], read.Notes);
    }

    [Fact]
    public void What_is_known_and_not_obeyed_is_noted_and_what_nobody_knows_is_warned_about()
    {
        var read = Of("[containers]\nseccomp_profile = \"/x\"\nunheard = 1\n[network]\ndefault_subnet_pools = [{\"base\" = \"10.89.0.0/16\", \"size\" = 24}]\n[nonsense]\nx = 1\n");
        var file = _directory["only.conf"];
        Assert.Equal([$"{file}: read", $"{file}: containers.seccomp_profile has no effect here", $"{file}: network.default_subnet_pools has no effect here"], read.Notes);
        Assert.Equal([$"{file}: unknown key containers.unheard", $"{file}: unknown key nonsense.x"], read.Warnings);
    }

    [Theory]
    [InlineData("[containers]\nnetns = 3", "containers.netns: must be a string")]
    [InlineData("[containers]\ncontainer_name_as_hostname = \"yes\"", "containers.container_name_as_hostname: must be true or false")]
    [InlineData("[containers]\ndns_servers = \"1.1.1.1\"", "containers.dns_servers must be a list of strings")]
    [InlineData("[containers]\ndns_servers = [1]", "containers.dns_servers must be a list of strings, and {append=true} or {append=false}")]
    [InlineData("[containers]\ndns_servers = [{append=\"x\"}]", "containers.dns_servers must be a list of strings, and {append=true} or {append=false}")]
    [InlineData("[containers]\ndefault_capabilities = [\"FLY\"]", "containers.default_capabilities: \"FLY\": unknown capability")]
    [InlineData("[containers]\ndefault_capabilities = [\"all\"]", "containers.default_capabilities: \"all\": unknown capability")]
    [InlineData("[containers]\ndefault_ulimits = [\"nofile\"]", "containers.default_ulimits: \"nofile\": invalid ulimit argument: \"nofile\": expected name=soft[:hard]")]
    [InlineData("[containers]\ndefault_sysctls = [\"x\"]", "containers.default_sysctls: \"x\": expected NAME=VALUE")]
    [InlineData("[containers]\nbase_hosts_file = \"hosts\"", "containers.base_hosts_file: \"hosts\": expected image, none or an absolute path")]
    [InlineData("[containers]\nhost_containers_internal_ip = \"me\"", "containers.host_containers_internal_ip: \"me\": expected an IP address or none")]
    [InlineData("[engine]\nretry = -1", "engine.retry: must be a whole number, 0 or more")]
    [InlineData("[engine]\nimage_copy_tmp_dir = \"tmp\"", "engine.image_copy_tmp_dir: \"tmp\": expected storage or an absolute path")]
    public void A_value_that_cannot_be_right_is_refused_with_file_and_key(string text, string message)
    {
        _environment["CONTAINERS_CONF"] = _directory.Write("only.conf", text);
        Assert.Equal($"{_directory["only.conf"]}: {message}", Refusal());
    }

    [Fact]
    public void A_variable_of_the_engine_without_a_value_is_refused_in_buildahs_words()
    {
        _environment["CONTAINERS_CONF"] = _directory.Write("only.conf", "[engine]\nenv = [\"BAD\"]\n");
        Assert.StartsWith("invalid environment variable \"BAD\" from containers.conf, valid configuration is KEY=value pair", Refusal());
    }

    [Fact]
    public void Without_a_file_everything_is_as_it_was() => Assert.Equivalent(ContainersConf.None, Read(), strict: true);

    private IReadOnlyList<string> Lists(params string[] values)
    {
        Directory.CreateDirectory(_directory["etc/containers/containers.conf.d"]);
        foreach (var file in Directory.GetFiles(_directory["etc/containers/containers.conf.d"]))
        {
            File.Delete(file);
        }

        for (var number = 0; number < values.Length; number++)
        {
            _directory.Write($"etc/containers/containers.conf.d/{number}.conf", $"[containers]\ndns_options = {values[number]}\n");
        }

        return Read().DnsOptions;
    }

    private ContainersConf Of(string text)
    {
        _environment["CONTAINERS_CONF"] = _directory.Write("only.conf", text);
        return Read();
    }

    private string Refusal() => Assert.Throws<BuildSharpException>(() => Read()).Message;

    private ContainersConf Read(uint user = 0)
    {
        _environment.TryAdd("HOME", _directory["home"]);
        return ContainersConf.Read(_environment, ConfigurationOwner.Of(user, _directory.Path, _environment));
    }
}
