using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>An ordinary user who does nothing about user namespaces: the verbs make them.</summary>
public sealed class RootlessTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary | Needs.UserNamespaces;

    private const string Dockerfile = """
        FROM base
        RUN mkdir /x && chown 33:33 /x && id -u
        COPY --chown=44:44 Dockerfile /

        """;

    // B, P and X are buildah, podman and buildsharp, all run by the same user on one store.
    private const string BothWays = """
        c=$($X from --name ours base); $X run $c sh -c 'echo hi > /f; chown 33:44 /f'; $X commit -q $c of-ours >/dev/null
        echo podman sees what we made; $P images --format '{{.Repository}}' | grep -v library | sort | tr '\n' ' '
        $P run --rm --network host of-ours stat -c '%u:%g' /f
        c=$($B from --name theirs of-ours); $B run --network host $c sh -c 'cat /f; rm /f; mkdir /e'; $B commit -q $c of-theirs >/dev/null
        echo we see what they made; $X containers --format '{{.ContainerName}}' | sort | tr '\n' ' '
        c=$($X from of-theirs); $X run $c sh -c 'ls /f /e 2>&1 || true'
        $X rm theirs >/dev/null; $B rm ours >/dev/null; $X rm $c > /dev/null; $X rmi -f of-theirs >/dev/null; $P rmi -f of-ours > /dev/null
        $X images --format '{{.Name}}' | grep -v library; $X containers -q; $X check
        $P system migrate >/dev/null # ends the process with which podman keeps its namespace
        """;

    // The words of the user's own command.
    private static string Line(Tool tool) => string.Join(' ', tool.LeadingArguments.SkipWhile(word => !word.EndsWith("/ranges", StringComparison.Ordinal)).Skip(1));

    private static string WithoutSpaces(string text) => string.Join('\n', text.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));

    [RequiresFact(All, "setpriv", "newuidmap", "env")]
    public async Task The_ids_of_subuid_are_users_of_the_namespace_and_its_variables_are_those_of_the_other_tools()
    {
        using var sandbox = new Sandbox(hasRange: true);
        Assert.Equal("0 54321 1\n1 600000 65536", WithoutSpaces(await sandbox.BuildSharp.ReadAsync("unshare", "cat", "/proc/self/uid_map")));
        Assert.Equal("0 54321 1\n1 600000 65536", WithoutSpaces(await sandbox.BuildSharp.ReadAsync("unshare", "cat", "/proc/self/gid_map")));
        Assert.Equal("""
            BUILDAH_ISOLATION=rootless
            _CONTAINERS_ROOTLESS_GID=54321
            _CONTAINERS_ROOTLESS_UID=54321
            _CONTAINERS_USERNS_CONFIGURED=done
            """, await sandbox.BuildSharp.WithEnvironment("BUILDAH_ISOLATION", null).ReadAsync("unshare", "sh", "-c", "env | grep -E '^(_CONTAINERS|BUILDAH_ISO)' | LC_ALL=C sort"));
        Assert.Equal("chroot", await sandbox.BuildSharp.WithEnvironment("BUILDAH_ISOLATION", "chroot").ReadAsync("unshare", "sh", "-c", "echo $BUILDAH_ISOLATION"));
        // All rights, of which a command that becomes another user keeps none.
        Assert.Equal("CapInh: 0000000000000000 CapAmb: 0000000000000000 33 CapEff: 0000000000000000", await sandbox.BuildSharp.ReadAsync(
            "unshare", "sh", "-c", "grep -E 'Cap(Inh|Amb)' /proc/self/status | tr '\\t\\n' '  '; setpriv --reuid 33 --clear-groups sh -c 'id -u; grep CapEff /proc/self/status' | tr '\\t\\n' '  '")
            is { } line ? string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)) : "");
    }

    [RequiresFact(All, "setpriv", "newuidmap", "runc", "busybox")]
    public async Task A_build_keeps_owners_and_the_next_verbs_find_all_it_made()
    {
        using var sandbox = new Sandbox(hasRange: true);
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Dockerfile", Dockerfile);
        var built = await sandbox.BuildSharp.RunAsync("bud", "-t", "built:1", ".");
        Assert.Equal("", built.Error.Split('\n').FirstOrDefault(line => line.Contains("warning")) ?? "");
        Assert.Contains("\n0\n", built.Output);
        await sandbox.BuildSharp.RunAsync("push", "-q", "built:1", "dir:out");
        var owners = await sandbox.Named("sh").ReadAsync("-c", "for layer in out/*; do tar --numeric-owner -tvzf $layer 2>/dev/null; done | awk '{print $2, $NF}' | grep -E ' (x/|Dockerfile)$'");
        Assert.Equal(["33/33 x/", "44/44 Dockerfile"], owners.Split('\n').Order());

        await sandbox.BuildSharp.RunAsync("from", "--name", "c", "built:1");
        Assert.Equal("uid=0(root) gid=0(root)", (await sandbox.BuildSharp.ReadAsync("run", "c", "id")).Replace(" groups=0(root)", ""));
        Assert.EndsWith("/merged", await sandbox.BuildSharp.ReadAsync("unshare", "-m", "c", "sh", "-c", "echo $c"));
        Assert.Equal("hi", await sandbox.BuildSharp.ReadAsync("unshare", "-m", "M=c", "sh", "-c", "echo hi > $M/f; cat $M/f"));
        Assert.Equal("hi", await sandbox.BuildSharp.ReadAsync("run", "c", "cat", "/f"));
        await sandbox.BuildSharp.RunAsync("commit", "-q", "--rm", "c", "again");
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("check"));
        Assert.Empty(sandbox.MountsLeft);
    }

    [RequiresTheory(All, "setpriv", "newuidmap", "buildah", "podman", "runc", "busybox", "fuse-overlayfs")]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task A_store_is_one_for_all_tools_of_the_user(string driver)
    {
        using var sandbox = new Sandbox(driver, hasRange: true);
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        Assert.Equal("""
            podman sees what we made
            localhost/base localhost/of-ours 33:44
            hi
            we see what they made
            ours theirs ls: /f: No such file or directory
            /e:
            localhost/base
            """.ReplaceLineEndings("\n"), (await sandbox.Named("bash").WithEnvironment("X", Line(sandbox.BuildSharp)).WithEnvironment("B", Line(sandbox.BuildahOnOurStore)).WithEnvironment("P", Line(sandbox.Podman)).ReadAsync("-ec", BothWays)));
    }

    [RequiresFact(All, "setpriv")]
    public async Task A_container_is_mounted_in_a_session_or_needs_no_mount()
    {
        using var overlay = new Sandbox(hasRange: true);
        await overlay.BuildSharp.RunAsync("from", "--name", "c", "scratch");
        Assert.Equal(
            "Error: cannot mount using driver overlay in rootless mode. You need to run it in a `buildsharp unshare` session\n",
            (await overlay.BuildSharp.RunAsync(125, ["mount", "c"])).Error);
        var line = Line(overlay.BuildSharp);
        Assert.Equal("c\n", (await overlay.BuildSharp.RunAsync("unshare", "sh", "-ec", $"echo > $({line} mount c)/file; {line} mount | grep -c 'c '; {line} umount c > /dev/null; {line} mount".Replace("grep -c 'c '", "cut -d ' ' -f 1"))).Output);
        Assert.Equal("", await overlay.BuildSharp.ReadAsync("mount"));

        using var vfs = new Sandbox("vfs", hasRange: true);
        await vfs.BuildSharp.RunAsync("from", "--name", "c", "scratch");
        Assert.True(Directory.Exists(await vfs.BuildSharp.ReadAsync("mount", "c")));
        await vfs.BuildSharp.RunAsync("umount", "c");
    }

    [RequiresFact(All, "setpriv", "runc", "busybox")]
    public async Task Without_a_range_there_is_one_id_and_a_warning_with_the_command_that_adds_one()
    {
        using var sandbox = new Sandbox(hasRange: false);
        var mapped = await sandbox.BuildSharp.RunAsync("unshare", "cat", "/proc/self/uid_map", "/proc/self/setgroups");
        Assert.Equal("0 54321 1\ndeny\n", WithoutSpaces(mapped.Output));
        Assert.Contains(
            "level=warning msg=\"files of an image can belong to one user only: /etc/subuid has no range for tester; "
            + "\\\"usermod --add-subuids 100000-165535 --add-subgids 100000-165535 tester\\\", run by root, adds one\"\n", mapped.Error);
        Assert.Equal("", (await sandbox.BuildSharp.RunAsync("--log-level", "error", "unshare", "true")).Error);

        await sandbox.Named("sh").RunAsync("-c", "cp $(command -v busybox) busybox");
        sandbox.Write("Dockerfile", "FROM scratch\nCOPY busybox /bin/\nRUN [\"/bin/busybox\", \"--install\", \"-s\", \"/bin\"]\n");
        await sandbox.BuildSharp.RunAsync("bud", "-t", "base", ".");
        await sandbox.BuildSharp.RunAsync("from", "--name", "c", "base");
        Assert.Equal("0", await sandbox.BuildSharp.ReadAsync("run", "c", "id", "-u"));
        Assert.Equal("0", await sandbox.BuildSharp.ReadAsync("run", "--isolation", "chroot", "c", "id", "-u"));
        Assert.EndsWith(
            "Error: cannot run a command as 33:0: it is not among the ids of this user namespace; /etc/subuid and /etc/subgid can give its user more\n",
            (await sandbox.BuildSharp.RunAsync(125, ["run", "--user", "33", "c", "true"])).Error);
        Assert.Contains("Invalid argument", (await sandbox.BuildSharp.RunAsync(1, ["run", "c", "chown", "33", "/etc"])).Error);
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("check"));
    }

    [RequiresTheory(All, "setpriv", "runc", "busybox", "tar", "getfattr")]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Without_a_range_owners_are_kept_for_the_layers_that_are_made(string driver)
    {
        using var sandbox = new Sandbox(driver, hasRange: false);
        // Its /home/user belongs to another user.
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Dockerfile", "FROM base\nCOPY --chown=33:44 Dockerfile /copied/\nRUN chmod 700 /home/user; touch /home/user/new; echo more >> /copied/Dockerfile\n");
        await sandbox.BuildSharp.WithEnvironment("STORAGE_OPTS", $"{driver}.ignore_chown_errors=true").RunAsync("bud", "-t", "built", ".");
        foreach (var image in new[] { "base", "built" })
        {
            await sandbox.BuildSharp.RunAsync("push", "-q", image, $"dir:{image}");
        }

        const string Owners = "for layer in $0/*; do tar --numeric-owner -tvzf $layer 2>/dev/null; done | awk '{print $2, $NF}' | sed 's,/$,,' | grep -E ' (home/user|home/user/new|copied|copied/Dockerfile)$' | sort";
        Assert.Equal("1000/1000 home/user", await sandbox.Named("sh").ReadAsync("-c", Owners, "base"));
        Assert.Equal(
            "0/0 home/user/new\n1000/1000 home/user\n33/44 copied\n33/44 copied/Dockerfile",
            string.Join('\n', (await sandbox.Named("sh").ReadAsync("-c", Owners, "built")).Split('\n').Distinct().Order(StringComparer.Ordinal)));
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("check"));
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("run", await sandbox.BuildSharp.ReadAsync("from", "built"), "find", "/home/user/new", "!", "-user", "0"));
    }

    [RequiresFact(All, "setpriv")]
    public async Task A_command_of_unshare_ends_it_with_its_status_or_is_named()
    {
        using var sandbox = new Sandbox(hasRange: true);
        await sandbox.BuildSharp.RunAsync(7, ["unshare", "sh", "-c", "exit 7"]);
        await sandbox.BuildSharp.RunAsync(137, ["unshare", "sh", "-c", "kill -9 $$"]);
        Assert.Equal("0", await sandbox.BuildSharp.WithEnvironment("SHELL", "/bin/sh").Reading("id -u").ReadAsync("unshare"));
        Assert.Equal("Error: no command was given, and SHELL is not set\n", (await sandbox.BuildSharp.WithEnvironment("SHELL", null).RunAsync(1, ["unshare"])).Error);
        Assert.Equal("Error: nosuch: no such program in PATH\n", (await sandbox.BuildSharp.RunAsync(125, ["unshare", "nosuch"])).Error);
        Assert.Equal("Error: reading build container \"nosuch\": container not known\n", (await sandbox.BuildSharp.RunAsync(125, ["unshare", "-m", "nosuch", "true"])).Error);
    }

    [RequiresTheory(All, "setpriv")]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    [InlineData("INT", 130)]
    public async Task A_signal_reaches_the_command(string signal, int status)
    {
        using var sandbox = new Sandbox(hasRange: true);
        var started = sandbox["started"];
        var result = await sandbox.BuildSharp.SignalledAfter(FileAsync(started), signal)
            .ExecuteAsync(["unshare", "sh", "-c", $"trap 'echo got {signal}; exit {status}' {signal}; echo > {started}; while :; do sleep 0.1; done"]);
        Assert.Equal((status, $"got {signal}\n"), (result.ExitCode, result.Output));
    }

    [RequiresFact(All, "setpriv")]
    public async Task A_killed_one_takes_its_command_along()
    {
        using var sandbox = new Sandbox(hasRange: true);
        var started = sandbox["started"];
        // The output ends when nobody has it open any more.
        var result = await sandbox.BuildSharp.SignalledAfter(FileAsync(started), "KILL")
            .ExecuteAsync(["unshare", "sh", "-c", $"trap 'echo ended; exit' TERM; echo > {started}; while :; do sleep 0.1; done"]);
        Assert.Equal((137, "ended\n"), (result.ExitCode, result.Output));
    }

    [RequiresFact(All, "setpriv", "nsenter")]
    public async Task A_machine_without_user_namespaces_is_told_with_the_command_that_allows_them()
    {
        using var sandbox = new Sandbox(asUser: true);
        var line = string.Join(' ', sandbox.BuildSharp.LeadingArguments.SkipWhile(word => word != "-C").Skip(2));
        var refused = await sandbox.Named("sh").RunAsync(125, ["-ec", $"echo 0 > /proc/sys/user/max_user_namespaces; exec setpriv --reuid 33 --clear-groups {line} from scratch"]);
        Assert.Equal(
            "Error: from of an ordinary user needs a user namespace, and this machine allows none; \"sysctl -w user.max_user_namespaces=15000\", run by root, allows them\n",
            refused.Error);
    }

    private static async Task FileAsync(string path)
    {
        using var watcher = new FileSystemWatcher(Path.GetDirectoryName(path)!);
        var made = new TaskCompletionSource();
        watcher.Created += (_, _) => made.TrySetResult();
        watcher.EnableRaisingEvents = true;
        if (!File.Exists(path))
        {
            await made.Task;
        }
    }
}
