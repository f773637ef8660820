using System.Text;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>What a command in a container can rely on, in each of the surroundings in which people build: one table of cases, run in all of
/// them. Where a surrounding cannot have what the others have, the table says what is told instead.</summary>
public sealed class SurroundingsTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    private const string OneId = "a user with one id";
    private const string Pod = "root of an unprivileged container";
    private const string Chroot = "root, without a runtime";
    private const string User = "a user with a range of ids";
    private const string Root = "root";

    // What each script begins with: B is the program on a store with the image "base", c a container of it.
    private const string Prelude = """
        R="$B run"; c=$($B from base); W=$PWD
        bud() { cat > Dockerfile; set +e; $B bud "$@" . > out 2>&1; s=$?; set -e; if [ $s -ne 0 ]; then tail -n 40 out; fi; return $s; }

        """;

    private static readonly Case[] Cases =
    [
        new("The status is the command's", "set +e; $R $c sh -c 'exit 3' 2>/dev/null; echo $?", "3"),
        new("A failed step gives its status", "set +e; printf 'FROM base\\nRUN exit 7\\n' | bud | grep -o 'exit status 7' | head -1; $B bud . >/dev/null 2>&1; echo $?", "exit status 7\n7"),
        new("A user is found by name", "$R --user user $c id -un; $R --user user $c id -G | xargs -n1 | sort -n | xargs", "user\n50 1000",
            (OneId, "Error: cannot run a command as 1000:1000")),
        new("A number needs no account", "$R --user 5000 $c id -u; $R --user 5000 $c id -g", "5000\n0", (OneId, "Error: cannot run a command as 5000:0")),
        new("A named group leaves out the others", "$R --user user:staff $c id -G; $R --user 1000:7 $c id -g", "50\n7", (OneId, "Error: cannot run a command as 1000:50")),
        new("An unknown user is told", "set +e; $R --user nosuch $c id 2>err; echo $?; tail -n 1 err", "125\nError: determining run uid: user: unknown user error looking up user \"nosuch\""),
        new("Capabilities are the usual ones", "$R $c grep CapBnd /proc/self/status | cut -f2", "00000000800405fb"),
        new("Capabilities can be added and dropped", "$R --cap-add SYS_PTRACE --cap-drop CHOWN $c grep CapBnd /proc/self/status | cut -f2", "00000000800c05fa"),
        new("A user has none", "$R --user user $c grep CapEff /proc/self/status | cut -f2", "0000000000000000", (OneId, "Error: cannot run a command as 1000:1000")),
        new("System calls are filtered, unless it is said otherwise",
            "$R $c grep Seccomp: /proc/self/status | cut -f2; d=$($B from --security-opt seccomp=unconfined base); $R $d grep Seccomp: /proc/self/status | cut -f2", "2\n0",
            (Pod, "2\n2")), // the container's own filter stays
        new("What belongs to the machine is hidden",
            "$R $c sh -c 'echo x 2>/dev/null >/proc/sys/kernel/domainname || echo kept; ls /sys/firmware | wc -l; cat /proc/kcore 2>/dev/null | head -c1 | wc -c; cat /proc/timer_list 2>/dev/null | wc -c'",
            "kept\n0\n0\n0"),
        new("The name is the container's", "test \"$($R $c hostname)\" = \"$($R $c cat /etc/hostname)\" && echo same || echo other; $R --hostname h $c hostname", "same\nh",
            (Pod, "other")), // podman's filter forbids sethostname
        new("Hosts and name servers are what was asked for",
            "d=$($B from --add-host foo:1.2.3.4 --dns 9.9.9.9 --dns-search . base); $R $d head -1 /etc/hosts; $R $d grep nameserver /etc/resolv.conf", "1.2.3.4\tfoo\nnameserver 9.9.9.9"),
        new("What was only mounted on is in no layer", """
            $R -v "$W:/newdir/sub" $c true; $B commit -q $c hygiene >/dev/null; $B push -q hygiene dir:pushed >/dev/null
            for f in pushed/*; do tar tzf $f 2>/dev/null || true; done | grep -E '^(newdir|run/|etc/passwd)'
            """, "etc/passwd"), // of the base; buildah 1.28 leaves newdir/sub and run/.containerenv
        new("A working directory is made and stays", "printf 'FROM base\\nWORKDIR /w/d\\nRUN pwd > seen\\n' | bud -t wd; d=$($B from wd); $R $d sh -c 'cat seen; stat -c %a /w/d'", "/w/d\n755"),
        new("A terminal is one", "$R -t $c sh -c 'tty; test -t 1 && echo yes' < /dev/null | tr -d '\\r'; $R $c sh -c 'tty || true' < /dev/null", "/dev/pts/0\nyes\nnot a tty"),
        new("Input is read, and a step has none", "echo hi | $R $c cat; printf 'FROM base\\nRUN cat | wc -c > /n\\n' | bud -t input; $R $($B from input) cat /n", "hi\n0"),
        new("A signal ends the command, and nothing is left", """
            $R -v "$W:/host" $c sh -c 'touch /host/begun; sleep 60' 2>/dev/null & p=$!
            until [ -e begun ]; do :; done; kill -TERM $p; set +e; wait $p; echo $?; $B check >/dev/null && echo whole
            """, "143\nwhole"),
        new("What a killed builder leaves is removed by the next command", """
            $R -v "$W:/host" $c sh -c 'touch /host/begun; sleep 60' 2>/dev/null & p=$!
            until [ -e begun ]; do :; done; kill -KILL $p; set +e; wait $p 2>/dev/null; echo $?; until $B rm $c >/dev/null 2>&1; do :; done; ls $RUN/buildsharp/bundles | wc -l
            """, "137\n0"),
        new("No network is none", "$R --network none $c grep -c : /proc/net/dev; test \"$($R --network host $c readlink /proc/self/ns/net)\" = \"$(readlink /proc/self/ns/net)\" && echo same", "1\nsame"),
        new("Volumes are what their options say", """
            mkdir d; echo kept > d/f
            $R -v "$W/d:/m:ro" $c sh -c 'echo x 2>/dev/null >/m/f || cat /m/f'; $R -v "$W/d:/m:O" $c sh -c 'echo changed > /m/f; cat /m/f'; cat d/f
            """, "kept\nchanged\nkept"),
        new("A volume can be given to the user", "mkdir d; echo > d/f; $R --user user -v \"$W/d:/m:U\" $c stat -c %u /m/f", "1000", (OneId, "Error: cannot run a command as 1000:1000")),
        new("A cache grows", """
            for i in 1 2 3; do printf 'FROM base\nRUN --mount=type=cache,target=/c,id=k%s echo x >> /c/f; cp /c/f /f\n' $$ | bud --no-cache -t cached; done
            $R $($B from cached) sh -c 'wc -l < /f'
            """, "3"),
        new("A secret is seen by its step alone", """
            set +e; printf 'FROM base\nRUN --mount=type=secret,id=s,required true\n' | bud | grep -c 'secret required'; set -e; printf %s%s s3cr etv4lue > secret
            printf 'FROM base\nRUN --mount=type=secret,id=s,required stat -c %%a /run/secrets/s > /m; test "$T" = "" || exit 1\nRUN --mount=type=secret,id=s,env=T test ${#T} -eq 11; test ! -e /run/secrets/s\n' | bud --secret id=s,src=secret -t told
            $R $($B from told) sh -c 'cat /m; ls /run 2>/dev/null | wc -l'; find "$STORE" -type f -size -64k -exec grep -l s3cretv4lue {} + 2>/dev/null | wc -l
            """, "1\n400\n0\n0"),
        new("What is written to a bind mount or a tmpfs vanishes", """
            echo kept > f; printf 'FROM base\nRUN --mount=type=bind,target=/c,rw --mount=type=tmpfs,target=/t echo x > /c/f; echo y > /t/f; cat /c/f /t/f > /seen\nRUN ls /c /t 2>/dev/null | wc -l >> /seen\n' | bud -t bound
            $R $($B from bound) cat /seen; cat f
            """, "x\ny\n0\nkept"),
        new("Limits of a process hold", "d=$($B from --ulimit nofile=100:200 --shm-size 32m base); $R $d sh -c 'ulimit -Sn; ulimit -Hn; df -k /dev/shm | tail -1 | xargs | cut -d\" \" -f2'", "100\n200\n32768"),
        new("Memory is limited, or it is said why not", """
            d=$($B from --memory 32m --memory-swap 32m base); set +e; $R $d dd if=/dev/zero of=/dev/null bs=64M count=1 2>&1 | grep -oE '^Out of memory|limits for memory, processors and processes cannot be used' | head -1
            """, "Out of memory",
            (Chroot, "limits for memory, processors and processes cannot be used"),
            (Pod, "limits for memory, processors and processes cannot be used"),
            (User, "limits for memory, processors and processes cannot be used"),
            (OneId, "limits for memory, processors and processes cannot be used")),
        new("Files keep the owner that a step gives them", "printf 'FROM base\\nRUN touch /x && chown 33:44 /x\\n' | bud -t owned; $R $($B from owned) stat -c %u:%g /x", "33:44",
            (OneId, "chown: /x: Invalid argument")),
        new("A container is changed from outside", "$B unshare -m M=$c sh -c 'echo hi > $M/f'; $R $c cat /f", "hi"),
    ];

    [RequiresFact(All, "runc", "busybox")]
    public Task Root_has_all_of_it() => EachAsync(Root, new Sandbox());

    [RequiresFact(All, "busybox")]
    public Task Root_has_it_without_a_runtime() => EachAsync(Chroot, new Sandbox(), "chroot");

    [RequiresFact(All | Needs.UserNamespaces, "runc", "busybox", "setpriv", "newuidmap")]
    public Task A_user_with_a_range_of_ids_has_it() => EachAsync(User, new Sandbox(hasRange: true));

    [RequiresFact(All | Needs.UserNamespaces, "runc", "busybox", "setpriv")]
    public Task A_user_with_one_id_has_it() => EachAsync(OneId, new Sandbox(hasRange: false));

    [RequiresFact(All | Needs.UserNamespaces, "runc", "busybox", "podman")]
    public async Task Root_of_an_unprivileged_container_has_it()
    {
        using var sandbox = new Sandbox("vfs");
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        var container = sandbox.Podman.WithLeading(
            "run", "--rm", "--network", "host", "-v", $"{Checkout.Binary}:/buildsharp:ro", "-v", $"{sandbox.Work}:{sandbox.Work}", "-w", sandbox.Work,
            "-v", "/lib:/lib:ro", "-v", "/lib64:/lib64:ro", "-v", $"{Path.GetDirectoryName(sandbox.Work)}/base:/layout:ro", "--env", "HOME=/root", "base", "sh", "-c");
        sandbox.Write("policy.json", """{"default":[{"type":"insecureAcceptAnything"}]}""");
        var store = $"STORE={sandbox["pod/root"]}; RUN={sandbox["pod/run"]}; export TMPDIR={sandbox.Work}; mkdir -p /root/.config/containers; cp policy.json /root/.config/containers/\n"
            + "B=\"/buildsharp --root $STORE --runroot $RUN --storage-driver vfs\"\n";
        await container.RunAsync([store + "id=$($B pull -q oci:/layout:latest) && $B tag $id base"]);
        await EachAsync(Pod, container, store);
    }

    private static async Task EachAsync(string surrounding, Sandbox made, string? isolation = null)
    {
        using var sandbox = made;
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        var shell = sandbox.Named("sh").WithLeading("-c").WithEnvironment("BUILDAH_ISOLATION", isolation);
        var line = sandbox.BuildSharp.LeadingArguments.SkipWhile(word => !word.EndsWith("/buildsharp", StringComparison.Ordinal)).ToList();
        var program = line.Count > 0 ? string.Join(' ', line) : $"{sandbox.BuildSharp.Program} {string.Join(' ', sandbox.BuildSharp.LeadingArguments)}";
        await EachAsync(surrounding, shell, $"B=\"{program}\"; STORE={sandbox.Root}; RUN={sandbox.RunRoot}\n");
    }

    private static async Task EachAsync(string surrounding, Tool shell, string store)
    {
        var failures = new StringBuilder();
        foreach (var (row, number) in Cases.Select((row, number) => (row, number)))
        {
            var result = await shell.ExecuteAsync([$"set -e\n{store}mkdir {number}; cd {number}\n{Prelude}{row.Script}\n$B rm --all >/dev/null"]);
            var expected = row.Expected(surrounding);
            var isSeen = expected == row.Usual ? result.Output.Trim() == expected : $"{result.Output}{result.Error}".Contains(expected, StringComparison.Ordinal);
            if (!isSeen)
            {
                failures.Append($"{row.Name}: expected \"{expected}\"\n{result.Output}{result.Error}\n");
            }
        }

        Assert.True(failures.Length == 0, $"{surrounding}:\n{failures}");
    }

    /// <summary>A row: what holds, a script, and what it prints.</summary>
    /// <param name="Name">What holds.</param>
    /// <param name="Script">For sh, after <see cref="Prelude"/>.</param>
    /// <param name="Usual">What it prints.</param>
    /// <param name="Instead">A part of what is printed in surroundings that cannot have it.</param>
    private sealed record Case(string Name, string Script, string Usual, params (string Surrounding, string Text)[] Instead)
    {
        public string Expected(string surrounding) => Instead.FirstOrDefault(other => other.Surrounding == surrounding).Text ?? Usual;
    }
}
