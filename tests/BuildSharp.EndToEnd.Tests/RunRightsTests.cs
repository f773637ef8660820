using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>What a command may use and do: limits, devices, hooks, security options and files of the host.</summary>
public class RunRightsTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    private const string CdiFile = """
        cdiVersion: "0.6.0"
        kind: vendor.com/sink
        containerEdits:
          env: [OF_ALL=1]
        devices:
        - name: first
          containerEdits:
            env: [SINK=first]
            deviceNodes:
            - {path: /dev/sink, hostPath: /dev/null}
            mounts:
            - {hostPath: DIRECTORY, containerPath: /sink, options: [ro, bind]}
        - name: second
          containerEdits: {env: [SINK=second]}
        """;

    [RequiresTheory(All, "busybox", "runc")]
    [InlineData("oci")]
    [InlineData("chroot")]
    public async Task A_container_remembers_its_security_options(string isolation)
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        const string look = "grep NoNewPrivs /proc/self/status | cut -f2; cat /etc/passwd | wc -l; cat /proc/timer_list 2>&1 | head -c1 | wc -c";
        foreach (var (options, seen) in new (string[], string)[]
        {
            ([], "0\n2\n0"),
            (["no-new-privileges", "mask=/etc/passwd"], "1\n0\n0"),
            (["unmask=/proc/t*"], "0\n2\n1"),
            (["unmask=ALL", "mask=/etc/passwd:/etc/group"], "0\n0\n1"),
        })
        {
            string[] flags = ["--isolation", isolation, .. options.SelectMany(option => new[] { "--security-opt", option })];
            var container = await sandbox.BuildSharp.ReadAsync(["from", .. flags, "base"]);
            Assert.Equal(seen, await sandbox.BuildSharp.ReadAsync("run", container, "sh", "-c", look));
            await sandbox.BuildSharp.RunAsync("config", "--label", "changed=1", container);
            Assert.Equal(seen, await sandbox.BuildSharp.ReadAsync("run", container, "sh", "-c", look));
            sandbox.Write("Dockerfile", $"FROM base\nRUN {look}\n");
            Assert.Contains($"\n{seen}\n", await sandbox.BuildSharp.ReadAsync(["bud", .. flags, "."]));
        }
    }

    [RequiresFact(All, "busybox", "runc")]
    public async Task All_capabilities_are_those_we_have()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        var ours = (await sandbox.Named("grep").ReadAsync("CapPrm", "/proc/self/status")).Split('\t')[1];
        var container = await sandbox.BuildSharp.ReadAsync("from", "--cap-add", "all", "base");
        Assert.Equal(ours, await sandbox.BuildSharp.ReadAsync("run", container, "sh", "-c", "grep CapEff /proc/self/status | cut -f2"));
        container = await sandbox.BuildSharp.ReadAsync("from", "--cap-add", "all", "--cap-drop", "all", "base");
        Assert.Equal("0000000000000000", await sandbox.BuildSharp.ReadAsync("run", container, "sh", "-c", "grep CapBnd /proc/self/status | cut -f2"));
    }

    [RequiresFact(All, "busybox", "runc")]
    public async Task Limits_hold_and_what_memory_cost_is_told()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        var container = await sandbox.BuildSharp.ReadAsync(
            "from", "--memory", "32m", "--memory-swap", "32m", "--cpu-shares", "512", "--cpuset-cpus", "0", "base");
        Assert.Equal("7", await sandbox.BuildSharp.ReadAsync(
            "run", "--pids-limit", "7", container, "sh", "-c", "cat /sys/fs/cgroup/pids.max 2>/dev/null || cat /sys/fs/cgroup/pids/pids.max"));
        Assert.Equal("33554432", await sandbox.BuildSharp.ReadAsync(
            "run", container, "sh", "-c", "cat /sys/fs/cgroup/memory.max 2>/dev/null || cat /sys/fs/cgroup/memory/memory.limit_in_bytes"));
        Assert.Equal("0", await sandbox.BuildSharp.ReadAsync("run", container, "sh", "-c", "grep Cpus_allowed_list /proc/self/status | cut -f2"));
        var killed = await sandbox.BuildSharp.RunAsync(137, ["run", container, "dd", "if=/dev/zero", "of=/dev/null", "bs=64M", "count=1"]);
        Assert.Contains("\nOut of memory: the kernel killed a process while the command ran.\n", "\n" + killed.Error);
        Assert.DoesNotContain("Out of memory", (await sandbox.BuildSharp.RunAsync(137, ["run", container, "sh", "-c", "exit 137"])).Error);
        Assert.Equal(
            "Error: --pids-limit 0: a command has at least one process; -1 means no limit\n",
            (await sandbox.BuildSharp.RunAsync(125, ["run", "--pids-limit", "0", container, "true"])).Error);
    }

    [RequiresTheory(All, "busybox", "runc")]
    [InlineData("oci")]
    [InlineData("chroot")]
    public async Task All_rights_are_had_where_the_caller_allows_it(string isolation)
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Dockerfile", """
            FROM base
            RUN --security=insecure grep -E '^(CapEff|Seccomp)' /proc/self/status; stat -f -c %T /proc/sys; test -w /proc/sys/kernel/domainname && mknod /tmp/null c 1 3 && echo x > /tmp/null && rm /tmp/null && echo all
            RUN --security=sandbox mknod /tmp/null c 1 3 || echo none
            """);
        var refused = await sandbox.BuildSharp.RunAsync(125, ["bud", "--isolation", isolation, "."]);
        Assert.Contains("Dockerfile:2", refused.Error);
        Assert.Contains("security.insecure is not allowed", refused.Error);
        Assert.Contains("--allow security.insecure", refused.Error);
        Assert.Contains("invalid entitlement \"all\"", (await sandbox.BuildSharp.RunAsync(125, ["bud", "--allow", "all", "."])).Error);

        var ours = (await sandbox.Named("grep").ReadAsync("CapPrm", "/proc/self/status")).Split('\t')[1];
        var built = await sandbox.BuildSharp.ReadAsync("bud", "--isolation", isolation, "--allow", "security.insecure", ".");
        Assert.Contains($"CapEff:\t{ours}\nSeccomp:\t0\n", built);
        Assert.Contains("\nall\n", built);
        Assert.Contains("\nnone\n", built);
    }

    [RequiresTheory(All, "busybox", "runc")]
    [InlineData("oci")]
    [InlineData("chroot")]
    public async Task A_device_of_a_file_for_CDI_is_had_with_all_that_it_needs(string isolation)
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("files/f", "of the device");
        sandbox.Write("cdi/vendor.yaml", CdiFile.Replace("DIRECTORY", sandbox["files"]));
        sandbox.Write("cdi/other.json", """{"cdiVersion":"0.5.0","kind":"other.com/x","devices":[{"name":"a","containerEdits":{"env":["OTHER=\u0061"]}}]}""");
        const string look = "echo $OF_ALL $SINK $OTHER; test -c /dev/sink && stat -c '%t %T' /dev/sink && echo x > /dev/sink && cat /sink/f; echo";

        string[] flags = ["--isolation", isolation, "--cdi-config-dir", "cdi", "--device"];
        var container = await sandbox.BuildSharp.ReadAsync(["from", .. flags, "vendor.com/sink=first", "base"]);
        Assert.Equal("1 first a\n1 3\nof the device", (await sandbox.BuildSharp.ReadAsync("run", "--device", "other.com/x=a", container, "sh", "-c", look)).TrimEnd());
        Assert.Contains(
            $"CDI device \"vendor.com/sink=third\" is in no file of {sandbox["cdi"]}",
            (await sandbox.BuildSharp.RunAsync(125, ["run", "--device", "vendor.com/sink=third", container, "true"])).Error);

        sandbox.Write("Dockerfile", $"FROM base\nRUN --device=vendor.com/sink,required --device=vendor.com/none=1 {look}\nRUN --device=other.com/x=* {look}\nRUN {look}\n");
        Assert.Contains(
            "device \"vendor.com/sink\" is not allowed",
            (await sandbox.BuildSharp.RunAsync(125, ["bud", "--isolation", isolation, "--cdi-config-dir", "cdi", "--allow", "device=other.com/x=*", "."])).Error);
        var built = await sandbox.BuildSharp.ReadAsync("bud", "--isolation", isolation, "--cdi-config-dir", "cdi", "--allow", "device", ".");
        Assert.Contains("\n1 first\n1 3\nof the device\n", built);
        Assert.Contains("\na\n", built);

        sandbox.Write("cdi/wrong.json", """{"kind":"w.com/x","devices":[{"name":"a","containerEdits":{"intelRdt":{}}}]}""");
        Assert.Contains(
            $"reading the CDI file {sandbox["cdi/wrong.json"]}: containerEdits.intelRdt is not supported",
            (await sandbox.BuildSharp.RunAsync(125, ["run", container, "true"])).Error);
    }

    [RequiresFact(All, "busybox", "runc")]
    public async Task Hooks_run_for_the_commands_that_they_are_meant_for()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        string Hook(string when, string note) => $$"""
            {"version":"1.0.0","hook":{"path":"/bin/sh","args":["sh","-c","cat >/dev/null; echo $NOTE >> {{sandbox["notes"]}}"],"env":["NOTE={{note}}"],"timeout":30},"when":{{when}},"stages":["prestart"]}
            """;
        sandbox.Write("hooks/1.json", Hook("""{"always":true}""", "always"));
        sandbox.Write("hooks/2.json", Hook("""{"commands":["/sh$"]}""", "shell"));
        sandbox.Write("hooks/3.json", Hook("""{"commands":["/true$"]}""", "true"));
        sandbox.Write("hooks/4.json", Hook("""{"hasBindMounts":true}""", "binds"));
        sandbox.Write("other/3.json", Hook("""{"always":false}""", "never"));
        sandbox.Write("Dockerfile", "FROM base\nRUN true\nRUN [\"/bin/true\"]\nRUN --mount=type=bind,target=/c true\n");
        await sandbox.BuildSharp.RunAsync("bud", "--hooks-dir", sandbox["hooks"], ".");
        Assert.Equal("always\nshell\nalways\ntrue\nalways\nshell\nbinds\n", File.ReadAllText(sandbox["notes"]));

        File.Delete(sandbox["notes"]);
        await sandbox.BuildSharp.RunAsync("bud", "--hooks-dir", sandbox["hooks"], "--hooks-dir", sandbox["other"], ".");
        Assert.DoesNotContain("true", File.ReadAllText(sandbox["notes"]));

        Assert.Contains(
            "OCI hooks cannot be run with --isolation chroot",
            (await sandbox.BuildSharp.RunAsync(125, ["bud", "--isolation", "chroot", "--hooks-dir", sandbox["hooks"], "."])).Error);
        sandbox.Write("hooks/5.json", Hook("""{"sometimes":true}""", ""));
        Assert.Contains(
            $"reading the OCI hook {sandbox["hooks/5.json"]}: condition \"sometimes\" is unknown",
            (await sandbox.BuildSharp.RunAsync(125, ["bud", "--hooks-dir", sandbox["hooks"], "."])).Error);
    }

    [RequiresTheory(All, "busybox", "runc", "skopeo")]
    [InlineData("oci")]
    [InlineData("chroot")]
    public async Task Files_of_the_host_that_every_command_sees_are_copies_and_stay_out_of_layers(string isolation)
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("host/d/secret", "entitled");
        sandbox.Write("elsewhere", "led to");
        File.CreateSymbolicLink(sandbox["host/d/link"], sandbox["elsewhere"]);
        sandbox.Write("mounts.conf", $"# comment\n{sandbox["host/d"]}:/run/secrets\n{sandbox["elsewhere"]}:/etc/file\n{sandbox["missing"]}:/missing\n");
        const string look = "cat /run/secrets/secret /run/secrets/link /etc/file; echo; echo changed > /run/secrets/secret; ls -d /missing 2>/dev/null || true";
        sandbox.Write("Dockerfile", $"FROM base\nRUN {look}\n");

        var built = await sandbox.BuildSharp.WithLeading("--default-mounts-file", sandbox["mounts.conf"]).RunAsync("bud", "--isolation", isolation, "-t", "made", ".");
        Assert.Contains("entitledled toled to\n", built.Output);
        Assert.Contains($"{sandbox["missing"]} does not exist and is not mounted", built.Error);
        Assert.Equal("entitled", File.ReadAllText(sandbox["host/d/secret"]));
        var container = await sandbox.BuildSharp.ReadAsync("from", "made");
        var root = await sandbox.BuildSharp.ReadAsync("mount", container);
        Assert.False(Path.Exists(Path.Combine(root, "run/secrets")));
        Assert.False(Path.Exists(Path.Combine(root, "etc/file")));
    }

    [RequiresTheory(All, "busybox", "runc")]
    [InlineData("oci")]
    [InlineData("chroot")]
    public async Task What_is_written_to_a_volume_can_be_kept_beside_it(string isolation)
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("d/f", "before");
        Directory.CreateDirectory(sandbox["upper"]);
        Directory.CreateDirectory(sandbox["work"]);
        var volume = $"{sandbox["d"]}:/d:O,upperdir={sandbox["upper"]},workdir={sandbox["work"]}";
        var container = await sandbox.BuildSharp.ReadAsync("from", "--isolation", isolation, "-v", volume, "base");
        await sandbox.BuildSharp.RunAsync("run", container, "sh", "-c", "echo after > /d/f");
        Assert.Equal("after", await sandbox.BuildSharp.ReadAsync("run", container, "cat", "/d/f"));
        Assert.Equal("before", File.ReadAllText(sandbox["d/f"]));
        Assert.Equal("after\n", File.ReadAllText(sandbox["upper/f"]));
    }
}
