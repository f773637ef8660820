using System.Net;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests.Networks;

/// <summary>Root's networks, which netavark makes: what a command sees of one, and that nothing stays of it.</summary>
public sealed class PrivateNetworkTests : IDisposable
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;
    private const string Look = NetworkDevice.Look;

    private readonly Sandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [RequiresFact(All, "runc", "busybox", NetworkDevice.Netavark)]
    public async Task A_command_has_an_address_of_the_bridge_reaches_the_host_and_leaves_nothing()
    {
        await WithContainerAsync("--add-host", "foo:1.2.3.4", "--add-host", "machine:host-gateway");

        // On a bridge of its own: where CNI's is left, the machine's way to the usual addresses leads to that.
        NetworkDevice.Define(_sandbox, "mine", "e5", "bstest5", "10.231.81.0/24", "10.231.81.1", dns: false);
        var tool = NetworkDevice.WithDefaults(_sandbox, $"[network]\nnetwork_config_dir = \"{_sandbox["networks"]}\"\ndefault_network = \"mine\"\n");
        using var server = new TemporaryWebServer(address: IPAddress.Any);
        server.Serve("/hello", "hello\n");
        var port = server.Address.Split(':')[^1];
        var lines = (await tool.RunAsync(
            "run", "--network", "private", "c", "sh", "-c",
            $"{Look}; hostname; cat /proc/sys/net/ipv4/ping_group_range; printf 'GET /hello HTTP/1.0\\r\\n\\r\\n' | nc -w 20 machine {port} | tail -1; cat /etc/hosts")).Lines;
        var device = NetworkDevice.Parse(lines[0]);
        Assert.StartsWith("10.231.81.", device.Address);
        Assert.Equal("0\t0", lines[2]);
        Assert.Equal("hello", lines[3]);
        Assert.Equal("1.2.3.4\tfoo", lines[4]);
        Assert.Equal("10.231.81.1\tmachine", lines[5]);
        Assert.Contains("10.231.81.1\thost.containers.internal host.docker.internal", lines);
        Assert.Contains($"{device.Address}\t{lines[1]} c", lines);
        device.AssertGone();
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_sandbox.RunRoot, "buildsharp/bundles")));
    }

    [RequiresFact(All, "runc", "busybox", NetworkDevice.Netavark)]
    public async Task Where_the_default_network_cannot_be_set_up_the_hosts_is_used_and_that_is_said_once()
    {
        await WithContainerAsync();
        NetworkDevice.Define(_sandbox, "mine", "e6", "a-name-too-long-for-a-device", "10.231.82.0/24", "10.231.82.1", dns: false);
        var tool = NetworkDevice.WithDefaults(_sandbox, $"[network]\nnetwork_config_dir = \"{_sandbox["networks"]}\"\ndefault_network = \"mine\"\n");
        _sandbox.Write("Dockerfile", "FROM base\nRUN readlink /proc/self/ns/net\nRUN readlink /proc/self/ns/net\n");
        var built = await tool.RunAsync("bud", ".");
        Assert.Equal(2, built.Lines.Count(line => line == new FileInfo("/proc/self/ns/net").LinkTarget));
        var told = Assert.Single(built.Error.Split('\n'), line => line.Contains("cannot set up the network mine: netavark: ", StringComparison.Ordinal));
        Assert.Contains(": commands use the host's network", told);
        var asked = await tool.RunAsync(125, ["run", "--network", "private", "c", "true"]);
        Assert.StartsWith("Error: cannot set up the network mine: netavark: ", asked.Error);
    }

    [RequiresFact(All, "runc", "busybox", NetworkDevice.Netavark)]
    public async Task Twenty_commands_at_once_have_twenty_addresses_and_leave_nothing()
    {
        await WithContainerAsync();
        Directory.CreateDirectory(_sandbox["s"]);
        // Each stays until all have come.
        const string command = $"{Look} >$(mktemp /s/XXXXXX); until [ $(ls /s | wc -l) = 20 ]; do sleep 0.05; done";
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            _sandbox.BuildSharp.RunAsync("run", "--network", "private", "-v", $"{_sandbox["s"]}:/s", "c", "sh", "-c", command)));
        var devices = Directory.EnumerateFiles(_sandbox["s"]).Select(file => NetworkDevice.Parse(File.ReadAllText(file).Trim())).ToList();
        Assert.Equal(20, devices.Select(device => device.Address).Distinct().Count());
        devices.ForEach(device => device.AssertGone());
    }

    [RequiresFact(All, "runc", "busybox", NetworkDevice.Netavark)]
    public async Task The_commands_of_a_build_use_one_network_one_after_another_and_stages_side_by_side_do_not_share_it()
    {
        await _sandbox.AddBaseImageAsync(_sandbox.BuildSharp);
        _sandbox.Write("Dockerfile", $"""
            FROM base AS a
            RUN {Look}
            RUN --network=none ip -o link | wc -l
            RUN --network=host readlink /proc/self/ns/net
            RUN --network=default {Look}
            """);
        var host = File.ResolveLinkTarget("/proc/self/ns/net", false)!.Name;
        var built = (await _sandbox.BuildSharp.RunAsync("bud", "--network", "private", "-t", "made", ".")).Lines.Where(line => !line.StartsWith("STEP ", StringComparison.Ordinal)).ToList();
        Assert.Equal([built[0], "1", host, built[0]], built[..4]);
        NetworkDevice.Parse(built[0]).AssertGone();

        Directory.CreateDirectory(_sandbox["s"]);
        var both = $"{Look} >$(mktemp /s/XXXXXX); until [ $(ls /s | wc -l) = 2 ]; do sleep 0.05; done";
        _sandbox.Write("Dockerfile", $"FROM base AS a\nRUN {both}; touch /a\nFROM base\nRUN {both}\nCOPY --from=a /a /\n");
        await _sandbox.BuildSharp.RunAsync("bud", "--jobs", "2", "--network", "private", "-v", $"{_sandbox["s"]}:/s", ".");
        var devices = Directory.EnumerateFiles(_sandbox["s"]).Select(file => NetworkDevice.Parse(File.ReadAllText(file).Trim())).ToList();
        Assert.Equal(2, devices.Select(device => device.Address).Distinct().Count());
        devices.ForEach(device => device.AssertGone());
    }

    [RequiresTheory(All, "runc", "busybox", NetworkDevice.Netavark)]
    [InlineData("exit 7", null, 7)]
    [InlineData("sleep 100", "INT", 130)]
    [InlineData("sleep 100", "TERM", 143)]
    public async Task A_build_that_fails_or_is_interrupted_leaves_nothing(string command, string? signal, int status)
    {
        await _sandbox.AddBaseImageAsync(_sandbox.BuildSharp);
        Directory.CreateDirectory(_sandbox["s"]);
        _sandbox.Write("Dockerfile", $"FROM base\nRUN {Look} >/s/new; mv /s/new /s/device; {command}\n");
        var tool = signal is null ? _sandbox.BuildSharp
            : _sandbox.BuildSharp.SignalledAfter(Moment.Until(() => File.Exists(_sandbox["s/device"]), "the RUN did not begin"), signal);
        await tool.RunAsync(status, ["bud", "--network", "private", "-v", $"{_sandbox["s"]}:/s", "."]);
        NetworkDevice.Parse(File.ReadAllText(_sandbox["s/device"]).Trim()).AssertGone();
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_sandbox.RunRoot, "buildsharp/bundles")));
    }

    [RequiresFact(All, "runc", "busybox", NetworkDevice.Netavark)]
    public async Task The_next_command_frees_what_a_killed_build_had()
    {
        await _sandbox.AddBaseImageAsync(_sandbox.BuildSharp);
        Directory.CreateDirectory(_sandbox["s"]);
        _sandbox.Write("Dockerfile", $"FROM base\nRUN {Look} >/s/new; mv /s/new /s/device; sleep 98765\n");
        await _sandbox.BuildSharp.StartedBy("sh", "-c", "exec \"$0\" \"$@\" >log 2>&1")
            .SignalledAfter(Moment.Until(() => File.Exists(_sandbox["s/device"]), "the RUN did not begin"), "KILL")
            .RunAsync(137, ["bud", "--network", "private", "-v", $"{_sandbox["s"]}:/s", "."]);
        var device = NetworkDevice.Parse(File.ReadAllText(_sandbox["s/device"]).Trim());
        Assert.True(device.IsLeased);
        Assert.True(device.HasPeer);

        await _sandbox.BuildSharp.RunAsync("containers");
        Assert.False(device.IsLeased);
        await Moment.Until(() => !device.HasPeer, "the kernel did not remove the device");
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_sandbox.RunRoot, "buildsharp/bundles")));
    }

    [RequiresFact(All, "runc", "busybox", NetworkDevice.Netavark)]
    public async Task The_default_is_private_where_netavark_is_and_the_hosts_without_a_word_where_it_is_not()
    {
        await WithContainerAsync();
        var host = File.ResolveLinkTarget("/proc/self/ns/net", false)!.Name;
        NetworkDevice.Define(_sandbox, "usual", "f6", "bstest6", "10.231.82.0/24", "10.231.82.1", dns: false);
        var network = $"[network]\nnetwork_config_dir = \"{_sandbox["networks"]}\"\ndefault_network = \"usual\"\n";
        var tool = NetworkDevice.WithDefaults(_sandbox, network);
        await tool.RunAsync("from", "--name", "usual", "base");
        NetworkDevice.Parse(await tool.ReadAsync("run", "usual", "sh", "-c", Look)).AssertGone();
        Assert.Equal(host, await tool.ReadAsync("run", "--isolation", "chroot", "usual", "readlink", "/proc/self/ns/net"));

        var without = NetworkDevice.WithDefaults(_sandbox, "helper_binaries_dir = [\"/nowhere\"]\n");
        var run = await without.RunAsync("run", "usual", "readlink", "/proc/self/ns/net");
        Assert.Equal((host, ""), (run.Output.Trim(), run.Error));
        Assert.Equal(
            "Error: --network private: netavark, which makes networks for root (CNI plugins are not used), is not installed: install it (Debian: apt-get install netavark), or use --network host\n",
            (await without.RunAsync(125, ["run", "--network", "private", "usual", "true"])).Error);
    }

    [RequiresFact(All, "runc", "busybox", NetworkDevice.Netavark)]
    public async Task Isolation_chroot_can_have_one_too()
    {
        await WithContainerAsync();
        var device = NetworkDevice.Parse(await _sandbox.BuildSharp.ReadAsync("run", "--isolation", "chroot", "--network", "private", "c", "sh", "-c", Look));
        Assert.StartsWith("10.88.", device.Address);
        device.AssertGone();
    }

    [RequiresFact(All, "runc", "busybox", NetworkDevice.Netavark)]
    public async Task A_container_keeps_its_network_and_run_may_choose_another()
    {
        await _sandbox.AddBaseImageAsync(_sandbox.BuildSharp);
        await _sandbox.BuildSharp.RunAsync("from", "--name", "mine", "--network", "private", "base");
        NetworkDevice.Parse(await _sandbox.BuildSharp.ReadAsync("run", "mine", "sh", "-c", Look)).AssertGone();
        Assert.Equal("1", await _sandbox.BuildSharp.ReadAsync("run", "--network", "none", "mine", "sh", "-c", "ip -o link | wc -l"));
    }

    private async Task WithContainerAsync(params string[] flags)
    {
        await _sandbox.AddBaseImageAsync(_sandbox.BuildSharp);
        await _sandbox.BuildSharp.RunAsync(["from", "--name", "c", .. flags, "base"]);
    }
}
