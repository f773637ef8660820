using System.Globalization;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>Commands with <c>--isolation chroot</c>, without a runtime: what they see, what they cannot do, and how they end.</summary>
public class ChrootIsolationTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    [RequiresFact(All, "runc", "busybox")]
    public async Task A_command_sees_the_same_as_with_a_runtime()
    {
        using var sandbox = new Sandbox();
        var container = await ContainerAsync(sandbox);
        string[] looks =
        [
            "id", "env | sort", "hostname; cat /etc/hostname", "cat /etc/hosts /etc/resolv.conf /run/.containerenv", "ulimit -a",
            "grep -E '^(Cap|NoNewPrivs|Seccomp|Groups|SigBlk|Uid|Gid)' /proc/self/status", "pwd; umask", "echo $$; set -- $(ps -o pid); echo $#",
            "stat -c '%n %a %u:%g %t:%T' /dev/* | grep -v core", "ls -l /dev/fd /dev/std* /dev/ptmx | tr -s ' ' | cut -d' ' -f9-",
            "cut -d' ' -f2,3 /proc/mounts | grep -vE '^/sys/fs/cgroup|^/(proc|sys)/.* tmpfs' | sort",
            "stat -f -c %T /dev /dev/shm /proc /sys /dev/pts", "df -k /dev/shm | tail -1 | tr -s ' ' | cut -d' ' -f2",
            "cat /proc/kcore /proc/keys /proc/timer_list 2>&1 | wc -c; ls /sys/firmware /proc/acpi 2>&1 | grep -vc :",
            "(echo x > /proc/sys/kernel/domainname; echo x > /sys/power/state; mount -t tmpfs x /mnt; mknod /dev/x b 8 0; chroot / true && echo chroot) 2>&1 | grep -c -e denied -e permitted -e ermission -e Read-only",
            "set -- $(ls /proc/self/fd); echo $#", "ip -o link | wc -l", "cat /proc/self/oom_score_adj /proc/self/setgroups", "(exit 3); kill -TERM $$; echo alive",
        ];
        foreach (var user in new[] { "0", "user", "5000", "1000:7" })
        {
            foreach (var look in looks)
            {
                var usual = await sandbox.BuildSharp.ReadAsync("run", "--user", user, container, "sh", "-c", look);
                var seen = await sandbox.BuildSharp.ReadAsync("run", "--isolation", "chroot", "--user", user, container, "sh", "-c", look);
                Assert.Equal($"{user}: {look}\n{usual}", $"{user}: {look}\n{seen}");
            }
        }
    }

    [RequiresFact(All, "busybox")]
    public async Task The_command_decides_the_status_and_a_failure_to_start_it_is_told()
    {
        using var sandbox = new Sandbox();
        var container = await ContainerAsync(sandbox);
        await Chroot(sandbox).RunAsync(3, [container, "sh", "-c", "exit 3"]);
        await Chroot(sandbox).RunAsync(137, [container, "sh", "-c", "sh -c 'kill -9 $$'; exit $?"]);
        Assert.Equal("hi", (await Chroot(sandbox).Reading("hi").RunAsync(0, [container, "cat"])).Output);
        Assert.Contains("exec: \"nosuch\": executable file not found in $PATH", (await Chroot(sandbox).RunAsync(1, [container, "nosuch"])).Error);
        Assert.Contains("exec: \"/etc/passwd\": permission denied", (await Chroot(sandbox).RunAsync(1, [container, "/etc/passwd"])).Error);
        Assert.Contains("unknown user error looking up user \"nosuch\"", (await Chroot(sandbox).RunAsync(125, ["--user", "nosuch", container, "id"])).Error);
        Assert.Contains("limits for memory, processors and processes cannot be used with --isolation chroot", (await sandbox.BuildSharp.RunAsync(
            125, ["run", "--isolation", "chroot", await sandbox.BuildSharp.ReadAsync("from", "--memory", "64m", "base"), "true"])).Error);
        Assert.DoesNotContain(sandbox.MountsLeft, path => path.Contains("/bundles/", StringComparison.Ordinal));
    }

    [RequiresFact(Needs.Binary)]
    public async Task Its_first_stage_is_no_verb()
    {
        using var sandbox = new Sandbox();
        Assert.Equal("Error: unknown command \"chroot-stage\" for \"buildsharp\"\n", (await sandbox.Named(Checkout.Binary).RunAsync(125, ["chroot-stage"])).Error);
    }

    [RequiresFact(All, "busybox")]
    public async Task Privileges_are_what_the_flags_say()
    {
        using var sandbox = new Sandbox();
        var container = await ContainerAsync(sandbox);
        Assert.Equal("00000000800c05fa", await ReadAsync(sandbox, ["--cap-add", "SYS_PTRACE", "--cap-drop", "CHOWN", container], "grep CapBnd /proc/self/status | cut -f2"));
        Assert.Equal("0\n0000000000000000", await ReadAsync(sandbox, ["--user", "user", container], "grep -E 'CapEff|NoNew' /proc/self/status | cut -f2 | sort"));
        var open = await sandbox.BuildSharp.ReadAsync("from", "--security-opt", "seccomp=unconfined", "--ulimit", "nofile=100:200", "--shm-size", "32m", "base");
        Assert.Equal("0", await ReadAsync(sandbox, [open], "grep Seccomp: /proc/self/status | cut -f2"));
        Assert.Equal("100 200", await ReadAsync(sandbox, [open], "echo $(ulimit -Sn) $(ulimit -Hn)"));
        Assert.Equal("32768", await ReadAsync(sandbox, [open], "df -k /dev/shm | tail -1 | tr -s ' ' | cut -d' ' -f2"));
        Assert.Equal("1", await ReadAsync(sandbox, ["--network", "none", container], "ip -o link | wc -l"));
        Assert.Equal("1", await ReadAsync(sandbox, ["--network", "none", container], "ping -c1 -w3 127.0.0.1 >/dev/null 2>&1; ip -o addr show lo | grep -c 127.0.0.1"));
        Assert.Equal("named", await ReadAsync(sandbox, ["--hostname", "named", container], "hostname"));
        var ours = await sandbox.Named("readlink").ReadAsync("/proc/self/ns/ipc", "/proc/self/ns/uts", "/proc/self/ns/pid");
        Assert.Equal(ours, await ReadAsync(sandbox, ["--ipc", "host", "--uts", "host", "--pid", "host", container], "cd /proc/self/ns; for space in ipc uts pid; do readlink $space; done"));
        foreach (var space in ours.Split('\n'))
        {
            Assert.DoesNotContain(space, await ReadAsync(sandbox, [container], "cd /proc/self/ns; for space in ipc uts pid; do readlink $space; done"));
        }
    }

    [RequiresTheory(All | Needs.UserNamespaces, "busybox", "setpriv", "unshare")]
    [InlineData("oci")]
    [InlineData("chroot")]
    public async Task Root_without_the_right_to_mount_gets_it_in_a_user_namespace_or_is_told_how(string isolation)
    {
        using var sandbox = new Sandbox("vfs");
        var container = await ContainerAsync(sandbox);
        string[] withoutMounts = ["setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin"];
        string[] run = ["run", "--isolation", isolation, container, "sh", "-c", "touch /f && chown 33:44 /f && stat -c %u:%g /f; xargs < /proc/self/uid_map"];
        var done = await sandbox.BuildSharp.StartedBy(withoutMounts).RunAsync(run);
        Assert.Equal("33:44\n0 0 4294967294\n", done.Output);
        Assert.Equal("33:44\n", await sandbox.Named("stat").ReadAsync("-c", "%u:%g", $"{await sandbox.BuildSharp.ReadAsync("mount", container)}/f") + "\n");

        var refused = await sandbox.BuildSharp.StartedBy(withoutMounts)
            .StartedBy("unshare", "--user", "--map-root-user", "sh", "-ec", "echo 0 > /proc/sys/user/max_user_namespaces; exec \"$@\"", "sh").RunAsync(125, run);
        Assert.Equal(
            "Error: cannot run a command: it needs mounts, and here neither CAP_SYS_ADMIN nor a user namespace can be had; "
            + "allow user namespaces (a container: --security-opt seccomp=unconfined), or give the container --cap-add SYS_ADMIN\n",
            refused.Error);
    }

    [RequiresFact(All, "busybox")]
    public async Task A_working_directory_through_an_open_file_of_the_host_is_refused()
    {
        using var sandbox = new Sandbox();
        var container = await ContainerAsync(sandbox);
        for (var descriptor = 3; descriptor < 30; descriptor++)
        {
            var number = descriptor.ToString(CultureInfo.InvariantCulture);
            var result = await sandbox.BuildSharp.ExecuteAsync(["run", "--isolation", "chroot", "--workingdir", "/proc/self/fd/" + number, container, "ls", "../../../../../../../../etc/passwd"]);
            Assert.True(result.ExitCode == 125, result.Transcript);
        }
    }

    [RequiresTheory(All, "busybox")]
    [InlineData("TERM", 143)]
    [InlineData("KILL", 137)]
    public async Task A_builder_that_is_ended_leaves_no_process(string signal, int status)
    {
        using var sandbox = new Sandbox();
        await ContainerAsync(sandbox);
        var sleep = $"sleep 9{Environment.ProcessId}.{status}";
        sandbox.Write("Dockerfile", $"FROM base\nRUN touch /s/started; {sleep} & {sleep}\n");
        Directory.CreateDirectory(sandbox["s"]);

        await sandbox.BuildSharp.SignalledAfter(Moment.Until(() => File.Exists(sandbox["s/started"]) && Count(sleep) > 1, "the command did not begin"), signal)
            .RunAsync(status, ["bud", "--isolation", "chroot", "-v", $"{sandbox["s"]}:/s", "."]);

        await Moment.Until(() => Count(sleep) == 0, "the command did not end");
        await sandbox.BuildSharp.RunAsync("rm", "--all");
        await sandbox.BuildSharp.RunAsync("check");
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(sandbox.RunRoot, "buildsharp/bundles")));
        Assert.Empty(sandbox.MountsLeft);
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task A_Dockerfile_has_the_same_image_with_either_isolation()
    {
        using var sandbox = new Sandbox();
        await ContainerAsync(sandbox);
        sandbox.Write("token", "a secret");
        sandbox.Write("context", "of the context");
        sandbox.Write("Dockerfile", """
            FROM base
            WORKDIR /place/deep
            RUN --mount=type=secret,id=token --mount=type=cache,target=/cache,id=k --mount=type=tmpfs,target=/memory,size=1m,tmpfs-mode=700 stat -c '%a %u %s' /run/secrets/token /memory >seen; echo x >/cache/x; echo y >/memory/y
            RUN --mount=type=secret,id=token,env=TOKEN test "$TOKEN" = "a secret" && echo "$HOME $PWD" >home
            RUN --mount=type=bind,target=/c --mount=type=bind,from=base,target=/b,rw cp /c/context . && touch /b/new && ls /b >listed
            VOLUME /data
            RUN echo kept >/data/f; mkdir -p /etc/x /dev/made; ln -s nowhere link; mkfifo pipe; chmod 4755 seen
            USER user
            RUN id >/tmp/id
            RUN --network=none ip -o link | wc -l >/tmp/links
            """);
        foreach (var isolation in new[] { "oci", "chroot" })
        {
            await sandbox.BuildSharp.RunAsync(
                "bud", "--isolation", isolation, "--no-cache", "--timestamp", "0", "--secret", $"id=token,src={sandbox["token"]}", "-t", isolation, ".");
        }

        const string format = "{{.FromImageID}}";
        Assert.Equal(
            await sandbox.BuildSharp.ReadAsync("inspect", "--type", "image", "--format", format, "oci"),
            await sandbox.BuildSharp.ReadAsync("inspect", "--type", "image", "--format", format, "chroot"));
    }

    [RequiresFact(All, "busybox")]
    public async Task Mounts_are_what_their_options_say_and_leave_nothing()
    {
        using var sandbox = new Sandbox();
        var container = await ContainerAsync(sandbox);
        sandbox.Write("d/f", "kept");
        Assert.Equal("Read-only", await ReadAsync(sandbox, ["-v", $"{sandbox["d"]}:/m:ro", container], "echo x 2>&1 >/m/f | grep -o Read-only"));
        Assert.Equal("changed", await ReadAsync(sandbox, ["-v", $"{sandbox["d"]}:/m:O", container], "echo changed >/m/f; cat /m/f"));
        Assert.Equal("kept", File.ReadAllText(sandbox["d/f"]));
        Assert.Equal("kept", await ReadAsync(sandbox, ["-v", $"{sandbox["d/f"]}:/new/place/f:ro", container], "cat /new/place/f"));
        Assert.Equal("nosuid nodev noexec", await ReadAsync(sandbox, ["-v", $"{sandbox["d"]}:/m:nosuid,nodev,noexec", container], "grep ' /m ' /proc/mounts | grep -oE 'no(suid|dev|exec)' | xargs"));
        Assert.Equal("1000", await ReadAsync(sandbox, ["--user", "user", "-v", $"{sandbox["d"]}:/m:U", container], "stat -c %u /m/f"));
        Assert.Equal("1 3", await ReadAsync(sandbox, ["--device", "/dev/null:/dev/other", container], "stat -c '%t %T' /dev/other"));
        var mounted = await sandbox.BuildSharp.ReadAsync("mount", container);
        Assert.False(Directory.Exists(Path.Combine(mounted, "new")));
        Assert.False(Directory.Exists(Path.Combine(mounted, "m")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(mounted, "dev")));
    }

    private static async Task<string> ContainerAsync(Sandbox sandbox)
    {
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        return await sandbox.BuildSharp.ReadAsync("from", "base");
    }

    private static Tool Chroot(Sandbox sandbox) => sandbox.BuildSharp.WithLeading("run", "--isolation", "chroot");

    private static Task<string> ReadAsync(Sandbox sandbox, string[] words, string script) =>
        sandbox.BuildSharp.ReadAsync(["run", "--isolation", "chroot", .. words, "sh", "-c", script]);

    private static int Count(string command)
    {
        var wanted = command.Replace(' ', '\0') + "\0";
        return Directory.EnumerateDirectories("/proc").Count(path =>
        {
            try
            {
                return File.ReadAllText(path + "/cmdline") == wanted;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return false; // not a process, or one that has ended
            }
        });
    }
}
