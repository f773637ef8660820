using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests.Networks;

/// <summary>Networks of ordinary users, through pasta and slirp4netns.</summary>
public sealed class RootlessNetworkTests : IDisposable
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary | Needs.Devices | Needs.UserNamespaces;

    private readonly Sandbox _sandbox = new(hasRange: true);

    public void Dispose() => _sandbox.Dispose();

    [RequiresFact(All, "runc", "busybox", "setpriv", "newuidmap", "pasta")]
    public async Task Pasta_gives_a_command_the_addresses_of_the_host_and_no_way_to_its_loopback()
    {
        var tool = await WithContainerAsync("pasta");
        Assert.Equal(["lo", "1"], await LookAsync(tool, "pasta"));
        Assert.Empty(Helpers());
    }

    [RequiresFact(All, "runc", "busybox", "setpriv", "newuidmap", "slirp4netns")]
    public async Task Slirp4netns_gives_a_command_its_own_address_and_no_way_to_the_hosts_loopback()
    {
        var tool = await WithContainerAsync("slirp4netns");
        Assert.Equal(["lo", "tap0", "1"], await LookAsync(tool, "slirp4netns"));
        var lines = (await tool.RunAsync("run", "--network", "slirp4netns", "c", "cat", "/etc/resolv.conf", "/etc/hosts")).Lines;
        Assert.Equal("nameserver 10.0.2.3", lines.First(line => line.StartsWith("nameserver", StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.StartsWith("10.0.2.100\t", StringComparison.Ordinal));
        Assert.Empty(Helpers());
    }

    [RequiresFact(All, "runc", "busybox", "setpriv", "newuidmap", "slirp4netns")]
    public async Task The_default_is_the_helpers_where_one_works_and_the_hosts_without_a_word_where_none_does()
    {
        var tool = await WithContainerAsync("slirp4netns");
        Assert.Equal("tap0", await tool.ReadAsync("run", "c", "sh", "-c", "ls /sys/class/net | grep tap"));
        _sandbox.Write("Dockerfile", "FROM base\nRUN ls /sys/class/net | grep tap\nRUN --network=none ls /sys/class/net\nRUN readlink /proc/self/ns/net > /a\n");
        Assert.Contains("tap0", (await tool.RunAsync("bud", ".")).Lines);

        // Without the device, as in an unprivileged container.
        var without = await Configured("slirp4netns").RunAsync("run", "c", "sh", "-c", "ls /sys/class/net | grep tap || echo none");
        if (!IsTunnelForAll)
        {
            Assert.Equal(("none\n", ""), (without.Output, without.Error));
        }

        Assert.Equal(
            "Error: --network podman: the networks of netavark are root's; an ordinary user has pasta, slirp4netns, none and host\n",
            (await tool.RunAsync(125, ["run", "--network", "podman", "c", "true"])).Error);
        Assert.Empty(Helpers());
    }

    [RequiresTheory(All, "runc", "busybox", "setpriv", "newuidmap", "slirp4netns", "pasta")]
    [InlineData("pasta")]
    [InlineData("slirp4netns")]
    public async Task The_next_command_ends_the_helper_of_a_killed_one(string helper)
    {
        var tool = await WithContainerAsync(helper);
        Directory.CreateDirectory(_sandbox["s"]);
        UnprivilegedUser.Give(_sandbox["s"]);
        await tool.StartedBy("sh", "-c", "exec \"$0\" \"$@\" >/dev/null 2>&1")
            .SignalledAfter(Moment.Until(() => File.Exists(_sandbox["s/started"]), "the command did not begin"), "KILL")
            .ExecuteAsync(["run", "-v", $"{_sandbox["s"]}:/s", "c", "sh", "-c", "touch /s/started; sleep 98765"]);
        await tool.RunAsync("containers");
        await Moment.Until(() => !Helpers().Any(), "the helper still runs");
    }

    [RequiresFact(All, "busybox", "setpriv", "newuidmap", "slirp4netns", "pasta")]
    public async Task Unshare_gives_a_program_a_network_when_asked()
    {
        foreach (var (helper, device) in new[] { ("slirp4netns", "tap0"), ("pasta", "lo") })
        {
            var tool = WithTunnel(Configured(helper));
            var lines = (await tool.RunAsync("unshare", "--rootless-netns", "sh", "-c", "cat /proc/net/dev | grep -o '^ *[a-z0-9]*:' | tr -d ' :'; grep nameserver /etc/resolv.conf")).Lines;
            Assert.Contains(device, lines);
            Assert.Contains(helper == "pasta" ? "nameserver 169.254.1.1" : "nameserver 10.0.2.3", lines);
            Assert.Equal("7", (await tool.ExecuteAsync(["unshare", "--rootless-netns", "sh", "-c", "exit 7"])).ExitCode.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        using var root = new Sandbox();
        Assert.Equal(
            "Error: --rootless-netns is for ordinary users: root reaches its networks from the host's\n",
            (await root.BuildSharp.RunAsync(125, ["unshare", "--rootless-netns", "true"])).Error);
        Assert.Empty(Helpers());
    }

    private static bool IsTunnelForAll => (File.GetUnixFileMode("/dev/net/tun") & UnixFileMode.OtherWrite) != 0;

    // The devices, and whether the host's loopback is out of reach.
    private async Task<IEnumerable<string>> LookAsync(Tool tool, string network)
    {
        using var server = new TemporaryWebServer();
        server.Serve("/", "reached\n");
        var lines = (await tool.RunAsync("run", "--network", network, "c", "sh", "-c", $"ls /sys/class/net; nc -w 2 127.0.0.1 {server.Address.Split(':')[^1]} </dev/null 2>/dev/null; echo $?")).Lines;
        Assert.Empty(server.Requests);
        return lines.Where(line => !line.StartsWith("e", StringComparison.Ordinal)); // pasta's device has the name of the host's
    }

    private async Task<Tool> WithContainerAsync(string helper)
    {
        await _sandbox.AddBaseImageAsync(_sandbox.BuildSharp);
        var tool = WithTunnel(Configured(helper));
        await tool.RunAsync("from", "--name", "c", "base");
        return tool;
    }

    private Tool Configured(string helper) => NetworkDevice.WithDefaults(_sandbox, $"[network]\ndefault_rootless_network_cmd = \"{helper}\"\n");

    // Distributions let every user have the device; a machine without udev may not.
    private Tool WithTunnel(Tool tool)
    {
        var node = _sandbox["tun"];
        if (!File.Exists(node))
        {
            Tool.Named("mknod").Run(["-m", "666", node, "c", "10", "200"]);
        }

        return tool.StartedBy("unshare", "--mount", "sh", "-ec", "mkdir -p /dev/net; touch /dev/net/tun; mount --bind \"$0\" /dev/net/tun; exec \"$@\"", node);
    }

    private IEnumerable<string> Helpers() => Directory.EnumerateDirectories("/proc").Where(process =>
    {
        try
        {
            var words = File.ReadAllText(Path.Combine(process, "cmdline"));
            return (words.Contains("slirp4netns\0", StringComparison.Ordinal) || words.Contains("pasta\0", StringComparison.Ordinal))
                && File.ReadAllText(Path.Combine(process, "environ")).Contains("PATH=", StringComparison.Ordinal)
                && Directory.EnumerateFileSystemEntries(Path.Combine(process, "fd")).Any(file => File.ResolveLinkTarget(file, false)?.FullName.StartsWith(_sandbox.RunRoot, StringComparison.Ordinal) == true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });
}
