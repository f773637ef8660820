using BuildSharp.Running;
using BuildSharp.Running.Files;
using BuildSharp.Running.Networks;

namespace BuildSharp.Tests.Running;

public sealed class FilesTests
{
    [Fact]
    public void The_hosts_file_keeps_what_was_given_and_adds_the_names_that_are_missing()
    {
        var text = HostsFile.Compose(
            [HostEntry.Parse("foo;bar:1.2.3.4"), HostEntry.Parse("gate:host-gateway"), HostEntry.Parse("six:[::7]")],
            "127.0.0.1 localhost\n::1 localhost ip6-localhost # both\n127.0.1.1\tmachine foo host.docker.internal\n\n",
            "10.0.2.2",
            "10.0.2.15",
            ["box", ""]);
        Assert.Equal(
            "1.2.3.4\tfoo bar\n10.0.2.2\tgate\n::7\tsix\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost\n127.0.1.1\tmachine foo host.docker.internal\n" +
            "10.0.2.2\thost.containers.internal\n10.0.2.15\tbox\n",
            text);
    }

    [Fact]
    public void Localhost_is_there_even_if_the_host_does_not_name_it() =>
        Assert.Equal("127.0.0.1\tlocalhost\n::1\tlocalhost\n", HostsFile.Compose([], "", null, null, ["box"]));

    [Theory]
    [InlineData("x", "invalid value for add-host: bad format for add-host: \"x\"")]
    [InlineData(":1.2.3.4", "invalid value for add-host: bad format for add-host: \":1.2.3.4\"")]
    [InlineData("x:nowhere", "invalid value for add-host: invalid IP address in add-host: \"nowhere\"")]
    public void A_bad_host_entry_is_refused(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => HostEntry.Parse(text)).Message);

    private const string HostResolver = "# made by hand\nnameserver 127.0.0.1\nnameserver 192.168.0.1\nsearch example.org lan\noptions edns0\n";

    [Fact]
    public void The_hosts_resolver_is_kept_on_the_hosts_network() => Assert.Equal(
        "search example.org lan\nnameserver 127.0.0.1\nnameserver 192.168.0.1\noptions edns0\n", Compose(new RunRequest { Args = [] }));

    [Fact]
    public void A_loopback_server_is_of_no_use_in_another_network() => Assert.Equal(
        "search example.org lan\nnameserver 192.168.0.1\noptions edns0\n",
        Compose(new RunRequest { Args = [], Network = NetworkChoice.Parse("ns:/proc/1/ns/net") }));

    [Fact]
    public void The_servers_of_a_network_come_instead_of_the_hosts_or_before_them()
    {
        var own = new NetworkFacts { NameServers = ["10.1.2.1"] };
        Assert.Equal("search example.org lan\nnameserver 10.1.2.1\noptions edns0\n", ComposeIn(own));
        Assert.Equal("search example.org lan\nnameserver 10.1.2.1\nnameserver 192.168.0.1\noptions edns0\n", ComposeIn(own with { KeepsHostServers = true }));
        Assert.Equal("nameserver fd00::1\nnameserver 192.168.0.1\n", ComposeIn(new NetworkFacts { HasIPv6 = true }, "nameserver fd00::1\nnameserver 192.168.0.1\n"));
        Assert.Equal("nameserver 192.168.0.1\n", ComposeIn(new NetworkFacts(), "nameserver fd00::1\nnameserver 192.168.0.1\n"));
    }

    [Fact]
    public void What_is_asked_for_replaces_the_hosts_part() => Assert.Equal(
        "nameserver 9.9.9.9\noptions ndots:2\n",
        Compose(new RunRequest { Args = [], DnsServers = ["9.9.9.9"], DnsSearch = ["."], DnsOptions = ["ndots:2"] }));

    [Fact]
    public void Without_any_server_public_ones_stand_in() =>
        Assert.StartsWith("nameserver 8.8.8.8\n", ResolverFile.Compose(new RunRequest { Args = [] }, ""));

    [Fact]
    public void Dns_none_leaves_the_images_file() => Assert.Null(Compose(new RunRequest { Args = [], DnsServers = ["none"] }));

    [Fact]
    public void The_local_address_is_the_first_of_the_host_that_is_not_loopback() => Assert.Equal("192.0.2.2", LocalAddress.Find("""
        Main:
          +-- 0.0.0.0/0 3 0 5
                   |-- 127.0.0.1
                      /32 host LOCAL
                   |-- 192.0.2.0
                      /24 link UNICAST
                   |-- 192.0.2.2
                      /32 host LOCAL
        """));

    private static string? ComposeIn(NetworkFacts network, string host = HostResolver) =>
        ResolverFile.Compose(new RunRequest { Args = [], Network = NetworkChoice.Private.SetUpAt("/proc/1/ns/net") }, host, network);

    private static string? Compose(RunRequest request) => ResolverFile.Compose(request, HostResolver);
}
