using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests.Networks;

/// <summary>Networks that files define, as <c>podman network create</c> writes them, and the files of a command that tell its names.</summary>
public sealed class NamedNetworkTests : IDisposable
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    private readonly Sandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [RequiresFact(All, "runc", "busybox", NetworkDevice.Netavark, "/usr/lib/podman/aardvark-dns")]
    public async Task A_command_is_in_the_networks_that_it_names_and_asks_their_name_servers()
    {
        await _sandbox.AddBaseImageAsync(_sandbox.BuildSharp);
        NetworkDevice.Define(_sandbox, "first", "a1", "bstest1", "10.231.77.0/24", "10.231.77.1", dns: true, ", \"lease_range\": {\"start_ip\": \"10.231.77.200\", \"end_ip\": \"10.231.77.201\"}");
        NetworkDevice.Define(_sandbox, "second", "b2", "bstest2", "10.231.78.0/24", "10.231.78.1", dns: false);
        var tool = NetworkDevice.WithDefaults(_sandbox, $"[network]\nnetwork_config_dir = \"{_sandbox["networks"]}\"\ndefault_network = \"first\"\n");
        await tool.RunAsync("from", "--name", "c", "--network", "first,second", "base");
        var lines = (await tool.RunAsync("run", "c", "sh", "-c", $"{NetworkDevice.Look}; ip -4 -o addr show eth1 | awk '{{print $4}}'; cat /etc/resolv.conf; cat /etc/hosts")).Lines;
        var device = NetworkDevice.Parse(lines[0]);
        Assert.Contains(device.Address, new[] { "10.231.77.200", "10.231.77.201" });
        Assert.StartsWith("10.231.78.", lines[1]);
        Assert.Equal(["nameserver 10.231.77.1"], lines.Where(line => line.StartsWith("nameserver", StringComparison.Ordinal)));
        Assert.Contains("10.231.77.1\thost.containers.internal host.docker.internal", lines);
        device.AssertGone();

        Assert.StartsWith("10.231.77.20", await tool.ReadAsync("run", "--network", "private", "c", "sh", "-c", NetworkDevice.Look));
        // By the first digits of its id, as podman takes it.
        Assert.StartsWith("10.231.78.", await tool.ReadAsync("run", "--network", "b200000", "c", "sh", "-c", NetworkDevice.Look));
        Assert.Equal(
            $"Error: unable to find network with name or ID bogus: network not found (in {_sandbox["networks"]})\n",
            (await tool.RunAsync(125, ["run", "--network", "bogus", "c", "true"])).Error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_sandbox.RunRoot, "buildsharp/bundles")));
    }

    [RequiresFact(All, "runc", "busybox", NetworkDevice.Netavark)]
    public async Task A_full_network_and_a_file_that_defines_none_are_told()
    {
        await _sandbox.AddBaseImageAsync(_sandbox.BuildSharp);
        NetworkDevice.Define(_sandbox, "small", "c3", "bstest3", "10.231.79.0/30", "10.231.79.1", dns: false);
        var tool = NetworkDevice.WithDefaults(_sandbox, $"[network]\nnetwork_config_dir = \"{_sandbox["networks"]}\"\n");
        await tool.RunAsync("from", "--name", "c", "base");
        Directory.CreateDirectory(_sandbox["s"]);
        var first = tool.RunAsync("run", "--network", "small", "-v", $"{_sandbox["s"]}:/s", "c", "sh", "-c", "touch /s/in; until [ -e /s/out ]; do sleep 0.05; done");
        await Moment.Until(() => File.Exists(_sandbox["s/in"]), "the command did not begin");
        Assert.Equal(
            "Error: network small has no free address for a command in 10.231.79.0/30\n",
            (await tool.RunAsync(125, ["run", "--network", "small", "c", "true"])).Error);
        File.WriteAllText(_sandbox["s/out"], "");
        await first;
        await tool.RunAsync("run", "--network", "small", "c", "true");

        var file = _sandbox.Write("networks/broken.json", "{\"name\": \"x\"}");
        Assert.StartsWith($"Error: {file}: it does not define a network: ", (await tool.RunAsync(125, ["run", "--network", "small", "c", "true"])).Error);
    }

    [RequiresFact(All, "runc", "busybox", NetworkDevice.Netavark)]
    public async Task An_address_whose_command_outlives_its_killed_builder_is_not_given_away()
    {
        NetworkDevice.Define(_sandbox, "small", "d4", "bstest4", "10.231.80.0/30", "10.231.80.1", dns: false);
        var settings = $"[network]\nnetwork_config_dir = \"{_sandbox["networks"]}\"\n";
        await _sandbox.AddBaseImageAsync(_sandbox.BuildSharp);
        var tool = NetworkDevice.WithDefaults(_sandbox, settings);
        await tool.RunAsync("from", "--name", "c", "--network", "small", "base");
        Directory.CreateDirectory(_sandbox["s"]);
        await tool.StartedBy("sh", "-c", "exec \"$0\" \"$@\" >log 2>&1")
            .SignalledAfter(Moment.Until(() => File.Exists(_sandbox["s/in"]), "the command did not begin"), "KILL")
            .RunAsync(137, ["run", "-v", $"{_sandbox["s"]}:/s", "c", "sh", "-c", "touch /s/in; sleep 98765"]);

        // The other store knows nothing of the command.
        using var other = new Sandbox();
        await other.AddBaseImageAsync(other.BuildSharp);
        var theirs = NetworkDevice.WithDefaults(other, settings);
        await theirs.RunAsync("from", "--name", "c", "--network", "small", "base");
        Assert.Equal(
            "Error: network small has no free address for a command in 10.231.80.0/30\n", (await theirs.RunAsync(125, ["run", "c", "true"])).Error);
        await tool.RunAsync("containers");
        await theirs.RunAsync("run", "c", "true");
    }

    [RequiresFact(All, "runc", "busybox", NetworkDevice.Netavark)]
    public async Task Name_servers_and_hosts_are_what_the_flags_say()
    {
        await _sandbox.AddBaseImageAsync(_sandbox.BuildSharp);
        var tool = _sandbox.BuildSharp;
        await tool.RunAsync("from", "--name", "c", "--network", "private", "--add-host", "foo:1.2.3.4", "--dns", "9.9.9.9", "--dns-search", ".", "--dns-option", "ndots:2", "base");
        var lines = (await tool.RunAsync("run", "c", "cat", "/etc/hosts", "/etc/resolv.conf")).Lines;
        Assert.Equal("1.2.3.4\tfoo", lines[0]);
        Assert.Equal(["nameserver 9.9.9.9", "options ndots:2"], lines.TakeLast(2));
        Assert.DoesNotContain(lines, line => line.StartsWith("search", StringComparison.Ordinal));
        Assert.Equal("0", await tool.ReadAsync("run", "--no-hosts", "c", "sh", "-c", "grep -c foo /etc/hosts || true"));

        await tool.RunAsync("from", "--name", "d", "--network", "private", "--dns", "none", "base");
        Assert.Equal("0", await tool.ReadAsync("run", "d", "sh", "-c", "cat /etc/resolv.conf 2>/dev/null | wc -l"));

        foreach (var (flags, message) in new (string[], string)[]
        {
            (["--network", "none", "--dns", "9.9.9.9"], "the --dns option cannot be used with --network=none"),
            (["--network", "none", "--dns-search", "a"], "the --dns-search option cannot be used with --network=none"),
            (["--dns", "none", "--dns", "9.9.9.9"], "invalid --dns, --dns=none may not be used with any other --dns options"),
            (["--no-hosts", "--add-host", "a:1.2.3.4"], "--no-hosts and --add-host conflict, can not be used together"),
            (["--network", "a/b"], "--network a/b: it is host, none, private, the name of a network, pasta, slirp4netns or ns:PATH"),
        })
        {
            _sandbox.Write("Dockerfile", "FROM base\n");
            Assert.Equal($"Error: {message}\n", (await tool.RunAsync(125, ["bud", .. flags, "."])).Error);
        }
    }
}
