using System.Text;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>What a command finds around itself under buildah and under us, with runc and with isolation chroot: the same, or a difference that
/// is listed here with its reason.</summary>
public sealed class SameSurroundingsTests
{
    private const string Both = "";
    private const string Chroot = "chroot";
    private const string OwnProcesses = "the command sees its own processes alone; buildah shows those of the machine";
    private const string OwnDevices = "/dev is the command's own, with the devices of a runtime; buildah shows all devices of the machine";

    // Each prints what a command can see of one thing.
    private static readonly (string What, string Script)[] Looks =
    [
        ("id", "id"),
        ("variables", "env | sort"),
        ("directory and umask", "pwd; umask"),
        ("hostname", "hostname; cat /proc/sys/kernel/hostname"),
        ("domain name", "cat /proc/sys/kernel/domainname"),
        ("hosts", "cat /etc/hosts"),
        ("resolv.conf", "cat /etc/resolv.conf"),
        ("hostname file", "cat /etc/hostname"),
        ("containerenv", "cat /run/.containerenv"),
        ("modes of the generated files", "stat -c '%n %a %u:%g' /etc/hosts /etc/resolv.conf /etc/hostname /run/.containerenv"),
        ("ulimit", "ulimit -a"),
        ("limits", "cat /proc/self/limits"),
        ("capabilities", "grep Cap /proc/self/status"),
        ("no new privileges", "grep NoNewPrivs /proc/self/status"),
        ("seccomp", "grep Seccomp: /proc/self/status"),
        ("groups", "grep -E '^(Uid|Gid|Groups)' /proc/self/status"),
        ("signals", "grep -E '^(SigBlk|SigIgn|ShdPnd)' /proc/self/status"),
        ("out of memory score", "cat /proc/self/oom_score_adj"),
        ("personality", "cat /proc/self/personality"),
        ("processors", "grep -E '(Cpus|Mems)_allowed_list' /proc/self/status"),
        ("open files", "ls /proc/self/fd | wc -l"),
        ("process numbers", "echo $$; test $(ls /proc | grep -c '^[0-9]') -lt 10 && echo few"),
        ("first process", "tr '\\0' ' ' < /proc/1/cmdline | head -1 | cut -d' ' -f2"),
        ("session", "set -- $(cut -d' ' -f5,6 /proc/self/stat); test $1 -gt 0 && test $2 -gt 0 && echo session"),
        ("terminal", "tty; cut -d' ' -f7 /proc/self/stat"),
        ("user namespace", "tr -s ' ' < /proc/self/uid_map; cat /proc/self/setgroups"),
        ("namespaces", "for n in ipc mnt net pid uts user cgroup; do test $(readlink /proc/self/ns/$n) = $(cut -d' ' -f2 /ns/$n) && echo $n host || echo $n new; done"),
        ("mounts", "cut -d' ' -f2,3 /proc/mounts | grep -v ' /sys/fs/cgroup' | sort"),
        ("mount options", "awk '{print $2, $4}' /proc/mounts | grep -E '^/(proc|dev|sys|dev/pts|dev/shm|dev/mqueue|etc/hosts|run/.containerenv) ' | sed 's/,size=[^,]*k,nr_inodes=[^ ]*//' | sort"),
        ("read-only places", "awk '$1 != \"tmpfs\" {print $2, $4}' /proc/mounts | grep -E '^/proc/.* ro' | cut -d' ' -f1 | sort"),
        ("hidden places", "for p in acpi kcore keys latency_stats timer_list sched_debug scsi interrupts; do test -e /proc/$p || continue; cat /proc/$p 2>/dev/null | head -c1 | wc -c; ls /proc/$p/ 2>/dev/null | wc -l; done; ls /sys/firmware | wc -l"),
        ("devices", "cd /dev; for f in *; do test -c $f && stat -c '%n %a %u:%g %t:%T' $f; done"),
        ("links of devices", "cd /dev; for f in *; do test -L $f && echo $f $(readlink $f); done"),
        ("directories of devices", "stat -c '%n %a %u:%g' /dev /dev/pts /dev/shm /dev/mqueue"),
        ("shared memory", "df -k /dev/shm | tail -1 | tr -s ' ' | cut -d' ' -f2; touch /dev/shm/x && echo written"),
        ("kernel parameters", "cat /proc/sys/net/ipv4/ping_group_range; echo x 2>/dev/null > /proc/sys/kernel/domainname || echo kept"),
        ("control groups", "ls /sys/fs/cgroup | sort"),
        ("own control group", "cut -d: -f2 /proc/self/cgroup | sort"),
        ("control groups can be changed", "for d in /sys/fs/cgroup/*/ /sys/fs/cgroup/; do mkdir $d/made 2>/dev/null && rmdir $d/made && echo $d; done"),
        ("network devices", "ip -o link | grep -c ' lo:'; test $(ip -o link | wc -l) -gt 1 && echo others"),
        ("forbidden calls", "for c in 'mount -t tmpfs x /mnt' 'mknod /x b 8 0' 'chroot / true' 'unshare -n true' 'hostname x' 'mount -o remount,rw /proc/sys' 'insmod /x'; do $c >/dev/null 2>&1 && echo \"$c\"; done; true"),
        ("root directory", "ls -la / | awk '{print $1, $3, $4, $NF}' | grep -v -E ' (ns|\\.|\\.\\.)$'"),
        ("standard error by name", "echo written > /dev/stderr && echo well"),
    ];

    // Isolation ("" for both), what differs, and why it may.
    private static readonly (string Isolation, string What, string Reason)[] Accepted =
    [
        (Both, "hosts", "as newer buildah's, it has the names host.docker.internal and that of the command's own machine"),
        (Both, "containerenv", "it names the program"),
        (Both, "modes of the generated files", "a file without a program in it is not executable"),
        (Both, "mounts", "as newer buildah, it hides /proc/interrupts, and no longer /sys/dev"),
        (Both, "hidden places", "as newer buildah, it hides /proc/interrupts"),
        (Chroot, "process numbers", OwnProcesses),
        (Chroot, "first process", OwnProcesses),
        (Chroot, "namespaces", "the command has namespaces of its own for processes and for messages, as with a runtime"),
        (Both, "mount options", "as newer buildah, programs in /dev can be executed; with isolation chroot, " + OwnDevices),
        (Chroot, "signals", "what the caller ignores stays ignored; buildah, a program in Go, cannot keep that for SIGQUIT"),
        (Chroot, "session", "the command has a session of its own, as with a runtime; newer buildah's is outside of its processes"),
        (Chroot, "read-only places", "/proc/acpi is hidden by an empty file system, as with a runtime"),
        (Chroot, "devices", OwnDevices),
        (Chroot, "links of devices", OwnDevices),
        (Chroot, "directories of devices", OwnDevices),
        (Chroot, "shared memory", "it is the command's own, of the size that was asked for; buildah shows the machine's"),
        (Chroot, "open files", "no descriptor of the builder's is left open"),
        (Chroot, "standard error by name", "the streams belong to the command's user, as with a runtime"),
    ];

    [RequiresTheory(Needs.Root | Needs.Overlay | Needs.Binary, "buildah", "runc", "skopeo", "busybox")]
    [InlineData("oci")]
    [InlineData("chroot")]
    public async Task A_command_finds_what_it_finds_under_buildah(string isolation)
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp, sandbox.Buildah);
        Directory.CreateDirectory(sandbox["ns"]);

        // The capabilities that a release has built in are not the question.
        sandbox.Write("containers.conf", "[containers]\ndefault_capabilities = [\"CHOWN\", \"DAC_OVERRIDE\", \"FOWNER\", \"SETGID\", \"SETUID\", \"SYS_CHROOT\"]\ndefault_ulimits = [\"nofile=1024:1024\", \"nproc=1024:1024\"]\n");
        foreach (var space in new[] { "ipc", "mnt", "net", "pid", "uts", "user", "cgroup" })
        {
            sandbox.Write($"ns/{space}", "host " + new FileInfo($"/proc/self/ns/{space}").LinkTarget + "\n");
        }

        var differences = new StringBuilder();
        foreach (var user in new[] { "root", "user" })
        {
            var theirs = await SeenAsync(sandbox, sandbox.Buildah, isolation, user);
            var ours = await SeenAsync(sandbox, sandbox.BuildSharp, isolation, user);
            foreach (var (what, _) in Looks)
            {
                if (theirs[what] != ours[what] && !Accepted.Any(known => known.What == what && (known.Isolation == Both || known.Isolation == isolation)))
                {
                    differences.Append($"--- {what}, as {user}: buildah\n{theirs[what]}--- buildsharp\n{ours[what]}\n");
                }
            }
        }

        Assert.True(differences.Length == 0, differences.ToString());
    }

    // All looks in one run; buildah takes a quarter of a second for each.
    private static async Task<Dictionary<string, string>> SeenAsync(Sandbox sandbox, Tool tool, string isolation, string user)
    {
        tool = tool.WithEnvironment("BUILDAH_RUNTIME", "runc").WithEnvironment("CONTAINERS_CONF", sandbox["containers.conf"]);
        var container = await tool.ReadAsync("from", "--isolation", isolation, "--name", $"seen-{user}", "base");
        var id = await tool.ReadAsync("inspect", "--format", "{{.ContainerID}}", container);
        const string mark = "=== ";
        var script = string.Concat(Looks.Select(look => $"echo '{mark}{look.What}'; ({look.Script}) 2>&1\n")) + "exit 0\n";
        var all = await tool.ReadAsync(
            "run", "--isolation", isolation, "--network", "host", "--hostname", "same", "--user", user, "-v", $"{sandbox["ns"]}:/ns:ro", container, "sh", "-c", script);
        return all.Replace(id, "ID").Split(mark, StringSplitOptions.RemoveEmptyEntries)
            .ToDictionary(part => part[..part.IndexOf('\n')], part => part[(part.IndexOf('\n') + 1)..]);
    }
}
