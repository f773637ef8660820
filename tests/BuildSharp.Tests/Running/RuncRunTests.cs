using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running;
using BuildSharp.Running.Stubs;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Running;

public sealed class RuncRunTests
{
    private const Needs Machine = Needs.Root | Needs.Overlay;

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task The_commands_status_is_the_result()
    {
        using var container = new RunningContainer();
        Assert.Equal((0, "hello"), await container.RunAsync("echo", "hello"));
        Assert.Equal(5, (await container.RunAsync("sh", "-c", "exit 5")).Status);
        Assert.Equal(1, (await container.RunAsync("false")).Status);
        Assert.Equal(137, (await container.RunAsync("sh", "-c", "sh -c 'kill -9 $$'; exit $?")).Status);
        Assert.Empty(container.Leftovers);
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task A_command_that_is_not_there_fails_with_the_runtimes_reason_and_status_1()
    {
        using var container = new RunningContainer();
        var error = await Assert.ThrowsAsync<RunFailedException>(() => container.RunAsync("nosuch"));
        Assert.Equal(1, error.ExitCode);
        Assert.Contains("\"nosuch\": executable file not found in $PATH", error.Message);
        Assert.StartsWith("while running runtime: runc: unable to start container process: ", error.Message);
        Assert.Empty(container.Leftovers);
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task A_runtime_that_fails_is_our_failure_and_not_the_commands()
    {
        using var container = new RunningContainer();
        File.WriteAllText($"{container.Root}/file", "");
        var error = await Assert.ThrowsAsync<RunFailedException>(
            () => container.RunAsync(new RunRequest { Args = ["true"], Mounts = [RunMount.OfVolume("/tmp:/file")] }));
        Assert.Equal(125, error.ExitCode);
        Assert.Empty(container.Leftovers);
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task The_environment_is_the_images_the_steps_and_little_else()
    {
        using var container = new RunningContainer();
        var output = await container.ReadAsync(new RunRequest { Args = ["env"], Env = ["A=1"], ProxyEnv = ["HTTP_PROXY=http://p"] });
        Assert.Equal(["A=1", "HOME=/root", "HOSTNAME=feedc0ffee12", "HTTP_PROXY=http://p", "PATH=/bin"], output.Split('\n').Order(StringComparer.Ordinal));
        Assert.Equal("feedc0ffee12", await container.ReadAsync("hostname"));
        Assert.Equal("feedc0ffee12", await container.ReadAsync("cat", "/etc/hostname"));
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task Users_are_those_of_the_container()
    {
        using var container = new RunningContainer();
        Assert.Equal("uid=1000(app) gid=1000 groups=1000,2000(extra)", await container.ReadAsync(new RunRequest { Args = ["id"], User = "app" }));
        Assert.Equal("uid=5000 gid=0(root) groups=0(root)", await container.ReadAsync(new RunRequest { Args = ["id"], User = "5000" }));
        var error = await Assert.ThrowsAsync<UnknownAccountException>(() => container.RunAsync(new RunRequest { Args = ["id"], User = "nosuch" }));
        Assert.Equal(125, error.ExitCode);
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task Capabilities_and_the_system_call_filter_are_on()
    {
        using var container = new RunningContainer();
        string[] status = ["grep", "-E", "^(CapEff|CapBnd|Seccomp):", "/proc/self/status"];
        Assert.Equal("CapEff:\t00000000800405fb\nCapBnd:\t00000000800405fb\nSeccomp:\t2", await container.ReadAsync(status));
        Assert.Equal(
            "CapEff:\t00000000800c05fa\nCapBnd:\t00000000800c05fa\nSeccomp:\t0",
            await container.ReadAsync(new RunRequest
            {
                Args = status,
                CapAdd = ["SYS_PTRACE"],
                CapDrop = ["CHOWN"],
                Security = SecurityOptions.Parse(["seccomp=unconfined"]),
            }));
        Assert.StartsWith("CapEff:\t0000000000000000\n", await container.ReadAsync(new RunRequest { Args = status, User = "app" }));
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task The_machine_is_hidden()
    {
        using var container = new RunningContainer();
        Assert.Equal("0", await container.ReadAsync("sh", "-c", "cat /proc/kcore 2>/dev/null | wc -c; ls /sys/firmware"));
        Assert.NotEqual(0, (await container.RunAsync("touch", "/proc/sys/kernel/x")).Status);
        Assert.Equal(
            "lo", await container.ReadAsync(new RunRequest { Args = ["ls", "/sys/class/net"], Network = NetworkChoice.None }));
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task The_working_directory_is_made_for_the_user_and_stays()
    {
        using var container = new RunningContainer();
        Assert.Equal("/srv/here", await container.ReadAsync(new RunRequest { Args = ["pwd"], WorkingDir = "/srv/here", User = "app" }));
        var status = FileStatus.Of($"{container.Upper}/srv/here");
        Assert.Equal((0x1ED, 1000u, 1000u), (status.Mode, status.Uid, status.Gid));
    }

    [RequiresTheory(Machine, "runc", "busybox")]
    [InlineData("a line\n", "1 7")]
    [InlineData("a line\nand half of", "1 18")]
    [InlineData("", "0 0")]
    public async Task A_terminal_can_be_had_where_we_have_none_and_its_input_ends(string text, string counted)
    {
        using var container = new RunningContainer();
        using var input = File.OpenHandle(container.Files.Write("input", text));
        var (status, output) = await container.RunAsync(new RunRequest
        {
            // Read before echoing is off, the input would be in the output as well.
            Args = ["sh", "-c", "stty -echo; test -t 0 && test -t 1 && test -t 2 || exit 9; echo terminal; set -- $(wc -lc); echo counted $1 $2; exit 3"],
            Stdin = ChildStream.To(input),
            Terminal = true,
        });
        Assert.Equal(3, status);
        Assert.Contains("terminal", output);
        Assert.EndsWith("counted " + counted, output);
        Assert.Empty(container.Leftovers);
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task A_command_with_a_terminal_ends_although_its_input_does_not()
    {
        using var container = new RunningContainer();
        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.Out);
        using var input = new Microsoft.Win32.SafeHandles.SafeFileHandle(pipe.ClientSafePipeHandle.DangerousGetHandle(), ownsHandle: false);
        pipe.Write("typed\n"u8);
        var request = new RunRequest { Args = ["sh", "-c", "read line; echo got $line; exit 4"], Stdin = ChildStream.To(input), Terminal = true };
        var (status, output) = await container.RunAsync(request).WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(4, status);
        Assert.EndsWith("got typed", output);
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task Input_is_what_the_request_says()
    {
        using var container = new RunningContainer();
        using var input = File.OpenHandle(container.Files.Write("input", "hi"));
        Assert.Equal("hi", await container.ReadAsync(new RunRequest { Args = ["cat"], Stdin = ChildStream.To(input) }));
        Assert.Equal("", await container.ReadAsync("cat"));
        Assert.Equal("not a tty", (await container.RunAsync("tty")).Output);
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task Cancelling_ends_a_command_that_ignores_signals_and_cleans_up()
    {
        using var container = new RunningContainer();
        using var cancellation = new CancellationTokenSource();
        var started = new TaskCompletionSource();
        using var watcher = new FileSystemWatcher(container.Upper) { EnableRaisingEvents = true };
        watcher.Created += (_, created) => { if (created.Name == "started") { started.TrySetResult(); } };
        var run = container.RunAsync(new RunRequest { Args = ["sh", "-c", "touch /started; sleep 100"] }, cancellation.Token);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await cancellation.CancelAsync();
        Assert.Equal(143, (await run.WaitAsync(TimeSpan.FromSeconds(30))).Status);
        Assert.Empty(container.Leftovers);
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task A_command_may_end_in_its_own_way_when_asked_to()
    {
        using var container = new RunningContainer();
        using var cancellation = new CancellationTokenSource();
        var started = new TaskCompletionSource();
        using var watcher = new FileSystemWatcher(container.Upper) { EnableRaisingEvents = true };
        watcher.Created += (_, created) => { if (created.Name == "started") { started.TrySetResult(); } };
        var run = container.RunAsync(
            new RunRequest { Args = ["sh", "-c", "trap 'exit 9' TERM; touch /started; while :; do sleep 0.05; done"] }, cancellation.Token);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await cancellation.CancelAsync();
        Assert.Equal(9, (await run.WaitAsync(TimeSpan.FromSeconds(30))).Status);
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task Cancelling_a_run_that_shares_its_signals_is_no_status_of_the_command()
    {
        using var container = new RunningContainer();
        using var cancellation = new CancellationTokenSource();
        var started = new TaskCompletionSource();
        using var watcher = new FileSystemWatcher(container.Upper) { EnableRaisingEvents = true };
        watcher.Created += (_, created) => { if (created.Name == "started") { started.TrySetResult(); } };
        var run = container.RunAsync(
            new RunRequest { Args = ["sh", "-c", "trap 'exit 0' TERM; touch /started; while :; do sleep 0.05; done"], SignalsCancel = true }, cancellation.Token);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await cancellation.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => run.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Empty(container.Leftovers);
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task A_runtime_that_is_killed_is_not_a_command_that_failed()
    {
        using var container = new RunningContainer();
        var runtime = container.Files.Write("runtime", "#!/bin/sh\ncase \" $* \" in *\" run \"*) kill -9 $$; esac\n");
        File.SetUnixFileMode(runtime, (UnixFileMode)0b111_101_101);
        var error = await Assert.ThrowsAsync<RunFailedException>(() => container.RunAsync(new RunRequest { Args = ["true"], Runtime = runtime }));
        Assert.Equal("while running runtime: runtime itself was ended by signal 9", error.Message);
        Assert.Equal(125, error.ExitCode);
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task Added_hosts_and_name_servers_are_in_the_files()
    {
        using var container = new RunningContainer();
        var output = await container.ReadAsync(new RunRequest
        {
            Args = ["cat", "/etc/hosts", "/etc/resolv.conf", "/run/.containerenv"],
            AddHosts = [HostEntry.Parse("foo:1.2.3.4")],
            DnsServers = ["9.9.9.9"],
            DnsSearch = ["."],
        });
        Assert.StartsWith("1.2.3.4\tfoo\n", output);
        Assert.Contains("\nnameserver 9.9.9.9\n", output);
        Assert.Contains("\nname=\"bb-working-container\"\n", output);
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task Volumes_are_writable_read_only_or_thrown_away()
    {
        using var container = new RunningContainer();
        var host = container.Files.MakeDirectory("host");
        Task<(int Status, string Output)> Try(string options, string command) => container.RunAsync(new RunRequest
        {
            Args = ["sh", "-c", command],
            Mounts = [RunMount.OfVolume($"{host}:/mnt/{options}")],
        });

        Assert.Equal(0, (await Try("", "echo x > /mnt/f")).Status);
        Assert.Equal("x\n", File.ReadAllText($"{host}/f"));
        Assert.Contains("Read-only file system", (await Try(":ro", "echo y > /mnt/f")).Output);
        Assert.Equal((0, "z"), await Try(":O", "echo z > /mnt/f; cat /mnt/f"));
        Assert.Equal("x\n", File.ReadAllText($"{host}/f"));
        Assert.Equal((0, "1000"), await container.RunAsync(new RunRequest
        {
            Args = ["stat", "-c", "%u", "/mnt/f"],
            User = "app",
            Mounts = [RunMount.OfVolume($"{host}:/mnt:U")],
        }));
        Assert.Equal(["etc"], RunRemains.Find(container.Target.StateDirectory, container.Upper));
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task A_missing_mount_source_is_named()
    {
        using var container = new RunningContainer();
        var error = await Assert.ThrowsAsync<BuildSharpException>(() => container.RunAsync(
            new RunRequest { Args = ["true"], Mounts = [RunMount.OfVolume("/no/such:/mnt")] }));
        Assert.Equal("mounting /no/such on /mnt: /no/such: no such file or directory", error.Message);
        Assert.Empty(container.Leftovers);
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task Limits_reach_the_command()
    {
        using var container = new RunningContainer();
        Assert.Equal("100\n200", await container.ReadAsync(new RunRequest
        {
            Args = ["sh", "-c", "ulimit -n; ulimit -H -n"],
            Ulimits = [ResourceLimit.Parse("nofile=100:200")],
        }));
        Assert.Contains(" 32768 ", await container.ReadAsync(new RunRequest { Args = ["df", "-k", "/dev/shm"], ShmSize = "32m" }));
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task What_a_dead_owner_left_running_is_ended_by_the_next_run()
    {
        using var container = new RunningContainer();
        await container.ReadAsync("true");

        // As a buildsharp killed with SIGKILL leaves it: a bundle that nobody locks and a runtime with a live container.
        var orphan = container.Files.MakeDirectory("run/bundles/buildsharp-orphan");
        File.WriteAllText($"{orphan}/owner", "");
        File.WriteAllText($"{orphan}/runtime", "/usr/sbin/runc\0log-format=json");
        await Tool.Named("runc").In(orphan).RunAsync("spec");
        var config = File.ReadAllText($"{orphan}/config.json").Replace("\"terminal\": true", "\"terminal\": false").Replace("\"rootfs\"", $"\"{container.Root}\"")
            .Replace("\"readonly\": true", "\"readonly\": false").Replace("\"hard\": 1024", "\"hard\": 1000").Replace("\"soft\": 1024", "\"soft\": 1000");
        File.WriteAllText($"{orphan}/config.json", config);
        await Tool.Named("sh").RunAsync(
            "-c", $"runc --root {container.Files["run/runc"]} create --bundle {orphan} --pid-file {orphan}/pid buildsharp-orphan </dev/null >{orphan}/out 2>&1");
        var pid = int.Parse(File.ReadAllText($"{orphan}/pid"), System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(Signals.Send(pid, 0));

        Assert.Equal(["buildsharp-orphan"], await RuncRun.SweepAsync(container.Target.RunDirectory));
        Assert.Empty(container.Leftovers);
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task The_hosts_file_starts_from_where_it_was_said()
    {
        using var container = new RunningContainer();
        container.Files.Write("root/etc/hosts", "1.2.3.4 of-the-image\n");
        var file = container.Files.Write("base", "5.6.7.8 of-a-file\n");
        var request = new RunRequest { Args = ["cat", "/etc/hosts"], AddHosts = [HostEntry.Parse("gate:host-gateway")], HostAddress = "9.9.9.9" };
        Assert.Contains("1.2.3.4\tof-the-image\n", await container.ReadAsync(request with { BaseHostsFile = "image" }));
        Assert.Contains("5.6.7.8\tof-a-file\n", await container.ReadAsync(request with { BaseHostsFile = file }));
        var none = await container.ReadAsync(request with { BaseHostsFile = "none" });
        Assert.StartsWith("9.9.9.9\tgate\n127.0.0.1\tlocalhost\n::1\tlocalhost\n9.9.9.9\thost.containers.internal host.docker.internal\n", none);
        Assert.DoesNotContain("internal", await container.ReadAsync(new RunRequest { Args = request.Args, HostAddress = "none" }));
        foreach (var impossible in new[] { request with { HostAddress = "none" }, request with { BaseHostsFile = "/nowhere/hosts" } })
        {
            await Assert.ThrowsAsync<BuildSharpException>(() => container.RunAsync(impossible));
        }
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task A_runtime_that_is_not_there_is_refused_by_name()
    {
        using var container = new RunningContainer();
        var error = await Assert.ThrowsAsync<BuildSharpException>(() => container.RunAsync(new RunRequest { Args = ["true"], Runtime = "nosuchruntime" }));
        Assert.StartsWith("OCI runtime \"nosuchruntime\" not found; name another with --runtime", error.Message);
    }
}
