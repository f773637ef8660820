using System.Text;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Running;
using BuildSharp.Running.Chroot;
using BuildSharp.Running.Spec;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Running;

public sealed class RuntimeSpecTests
{
    private const string ContainerId = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private static readonly HostFacts Host = new()
    {
        Architecture = "amd64",
        Capabilities = CapabilitySet.All,
        HardLimits = new Dictionary<string, ulong> { ["nofile"] = 524_288, ["nproc"] = 96_365 },
    };

    private static readonly ContainerConfig Image = new() { Env = ["PATH=/bin", "LANG=C"], WorkingDir = "/srv/app/" };

    [Fact]
    public void The_default_config_is_complete() => Snapshot.Match(Json(new RunRequest { Args = ["/bin/true"] }));

    [Fact]
    public void Every_choice_finds_its_place_in_the_config() => Snapshot.Match(Json(new RunRequest
    {
        Args = ["sh", "-c", "echo \"<é>\""],
        Env = ["LANG=de_DE", "A=1"],
        ProxyEnv = ["HTTP_PROXY=http://proxy", "LANG=never"],
        User = "app",
        GroupAdd = ["7"],
        WorkingDir = "/srv/../elsewhere",
        Hostname = "builder",
        Network = NetworkChoice.None,
        Ipc = NamespaceChoice.Host,
        Pid = NamespaceChoice.Parse("ns:/proc/1/ns/pid"),
        Cgroup = NamespaceChoice.Private,
        CapAdd = ["sys_ptrace"],
        CapDrop = ["CAP_CHOWN"],
        Ulimits = [ResourceLimit.Parse("core=0"), ResourceLimit.Parse("nofile=100:200")],
        Resources = new RunResources { Memory = RunResources.ParseSize("256m"), CpuShares = 512, CpuQuota = 25_000, CpuPeriod = 50_000, CpusetCpus = "0", Pids = 50 },
        CgroupParent = "/builds",
        ShmSize = "32m",
        Security = SecurityOptions.Parse(["no-new-privileges", "apparmor=strict", "mask=/proc/mine", "unmask=/proc/s*", "seccomp=unconfined"]),
    }));

    [Fact]
    public void Of_the_hosts_message_queues_and_shared_memory_what_is_there_is_bound()
    {
        var request = new RunRequest { Args = ["true"], Ipc = NamespaceChoice.Host };
        string Mounted(HostFacts host) => string.Join(' ', Build(request, host).Mounts
            .Where(mount => mount.Destination is "/dev/mqueue" or "/dev/shm").Select(mount => $"{mount.Destination}={mount.Type}").Order());

        Assert.Equal("/dev/mqueue=bind /dev/shm=bind", Mounted(Host));
        // The kernel shows the queues of the namespace that the mount is made in.
        Assert.Equal("/dev/mqueue=mqueue /dev/shm=bind", Mounted(Host with { IpcDirectories = ["/dev/shm"] }));
        // There is no mounting the queues of a namespace that belongs to another user namespace.
        Assert.Equal("/dev/shm=bind", Mounted(Host with { IpcDirectories = ["/dev/shm"], IsRootless = true }));
    }

    [Fact]
    public void Kept_groups_are_our_own_by_number_and_by_crun()
    {
        var spec = Build(new RunRequest { Args = ["true"], GroupAdd = ["keep-groups"] }, Host with { SupplementaryGroups = [0, 4321] });
        Assert.Equal([0u, 4321u], spec.Process.User.AdditionalGids);
        Assert.Equal("1", spec.Annotations["run.oci.keep_original_groups"]);
        Assert.Empty(Build(new RunRequest { Args = ["true"] }, Host with { SupplementaryGroups = [0, 4321] }).Annotations);
    }

    [Fact]
    public void In_a_user_namespace_only_what_the_kernel_allows_there_is_mounted()
    {
        var request = new RunRequest { Args = ["true"] };
        var host = Host with { IsRootless = true, HasTerminalGroup = false };
        var shared = Build(request, host).Mounts;
        var sys = shared.Single(mount => mount.Destination == "/sys");
        Assert.Equal(("bind", "/sys"), (sys.Type, sys.Source));
        Assert.Contains("ro", sys.Options);
        Assert.DoesNotContain(shared, mount => mount.Type == "cgroup");
        Assert.DoesNotContain("gid=5", shared.Single(mount => mount.Type == "devpts").Options);

        var own = Build(request with { Network = NetworkChoice.None }, host with { HasTerminalGroup = true }).Mounts;
        Assert.Contains(own, mount => mount.Type == "sysfs");
        Assert.Contains(own, mount => mount.Type == "cgroup");
        Assert.Contains("gid=5", own.Single(mount => mount.Type == "devpts").Options);
    }

    [Fact]
    public void Of_mounts_on_one_path_the_users_wins_and_parents_come_first()
    {
        var mounts = MountList.Arrange(
        [
            new("/a/b/c", "bind", "/user", []), new("/dev/shm", "bind", "/user", []), .. MountList.Builtin("64m"), new("/a", "tmpfs", "tmpfs", []),
        ]);
        Assert.Equal(
            ["/proc", "/dev", "/sys", "/a", "/dev/shm", "/dev/pts", "/dev/mqueue", "/a/b/c", "/sys/fs/cgroup"],
            mounts.Select(mount => mount.Destination));
        Assert.Equal("/user", mounts.Single(mount => mount.Destination == "/dev/shm").Source);
    }

    [Fact]
    public void The_hosts_name_is_left_alone_in_its_own_namespace()
    {
        var spec = Build(new RunRequest { Args = ["true"], Uts = NamespaceChoice.Host, Hostname = "mine" });
        Assert.Equal("", spec.Hostname);
        Assert.Contains("HOSTNAME=", spec.Process.Env);
        Assert.DoesNotContain(spec.Namespaces, space => space.Type == "uts");
    }

    [Fact]
    public void Kernel_parameters_are_set_in_namespaces_of_the_commands_own_alone()
    {
        var request = new RunRequest { Args = ["true"], Sysctls = ["fs.mqueue.msg_max=20", "kernel.hostname = box", "net.core.somaxconn=10", "vm.swappiness=3"] };
        Assert.Equal(new Dictionary<string, string> { ["fs.mqueue.msg_max"] = "20", ["kernel.hostname"] = "box" }, Build(request).Sysctl);
        Assert.Equal(new Dictionary<string, string> { ["kernel.hostname"] = "box" }, Build(request with { Ipc = NamespaceChoice.Host }).Sysctl);
        Assert.Equal(new Dictionary<string, string> { ["fs.mqueue.msg_max"] = "20" }, Build(request with { Uts = NamespaceChoice.Host }).Sysctl);
        Assert.Empty(Build(new RunRequest { Args = ["true"], Network = NetworkChoice.None }).Sysctl);
    }

    [Fact]
    public void A_containers_name_can_be_its_hostname_without_what_no_hostname_has()
    {
        var request = new RunRequest { Args = ["true"], ContainerNameAsHostname = true };
        Assert.Equal("myown.box", Build(request).Hostname);
        Assert.Equal("given", Build(request with { Hostname = "given" }).Hostname);
    }

    [Theory]
    [InlineData("all", false, true)]
    [InlineData("/sys/firmware", false, false)]
    [InlineData("/proc/*", true, false)]
    public void Unmasking_takes_patterns_and_all_is_about_masking_alone(string pattern, bool firmwareMasked, bool readonlyKept)
    {
        var security = SecurityOptions.Parse(["unmask=" + pattern]);
        Assert.Equal(firmwareMasked, HiddenPaths.Masked(security, []).Contains("/sys/firmware"));
        if (readonlyKept)
        {
            Assert.Equal(6, HiddenPaths.Readonly(security).Count);
        }
    }

    [Fact]
    public void A_plan_for_isolation_chroot_is_read_as_it_was_written()
    {
        var request = new RunRequest
        {
            Args = ["sh", "-c", "echo \"<é>\""],
            Env = ["A=1"],
            User = "app",
            Network = NetworkChoice.None,
            Pid = NamespaceChoice.Parse("ns:/proc/1/ns/pid"),
            Sysctls = ["kernel.hostname=box"],
            Ulimits = [ResourceLimit.Parse("core=0:-1")],
            Security = SecurityOptions.Parse(["no-new-privileges", "apparmor=strict", "mask=/proc/mine", "seccomp=unconfined"]),
        };
        var spec = Build(request);
        spec = spec with { Process = spec.Process with { Terminal = true } };
        var plan = ChrootPlan.Read(new ChrootPlan(spec, [1, 2, 3], 7, NoPivot: true).Write());
        Assert.Equal([1, 2, 3], plan.Filter);
        Assert.Equal((7u, true), (plan.FilterFlags, plan.NoPivot));

        // A stage makes no control group.
        var read = plan.Spec with { DeviceRules = spec.DeviceRules, Resources = spec.Resources };
        Assert.Equal(Encoding.UTF8.GetString(RuntimeSpecJson.Write(spec)), Encoding.UTF8.GetString(RuntimeSpecJson.Write(read)));
    }

    [Fact]
    public void A_command_with_all_rights_has_our_capabilities_and_nothing_is_hidden_from_it()
    {
        var security = SecurityOptions.Parse(["no-new-privileges", "apparmor=strict"]);
        var spec = Build(new RunRequest { Args = ["true"], IsInsecure = true, CapDrop = ["all"], Security = security });
        Assert.Equal(Host.Capabilities.Names, spec.Process.Capabilities.Bounding);
        Assert.False(spec.Process.NoNewPrivileges);
        Assert.Null(spec.Process.ApparmorProfile);
        Assert.Null(spec.Seccomp);
        Assert.Empty(spec.MaskedPaths.Concat(spec.ReadonlyPaths));
        Assert.Equal(new SpecDeviceRule(true, "rwm"), spec.DeviceRules[0]);
        Assert.DoesNotContain("ro", spec.Mounts.Single(mount => mount.Destination == "/sys").Options);
    }

    private static string Json(RunRequest request) => Encoding.UTF8.GetString(RuntimeSpecJson.Write(Build(request), indented: true));

    private static RuntimeSpec Build(RunRequest request, HostFacts? host = null) => RuntimeSpecBuilder.Build(new SpecInputs
    {
        Request = request,
        Host = host ?? Host,
        Context = CommandContext.Resolve(request, Image, ContainerId, "my_own.box", AccountFiles.Parse("app:x:1000:1000::/home/app:/bin/sh", "extra:x:2000:app"), (host ?? Host).SupplementaryGroups),
        RootPath = "/rootfs",
        RunId = "run-1",
        Args = request.Args,
        FileMounts = [MountList.Bind("/bundle/hosts", "/etc/hosts")],
        Devices = [(new SpecDevice("/dev/fuse", "c", 10, 229, 0x1B6, 0, 0), "rw")],
    });
}
