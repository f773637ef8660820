using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests.Interop;

/// <summary>A user without rights, in a user namespace as <c>buildah unshare</c> makes one: his store is one store for all tools. More of the rows run there in <see cref="ChangesTests"/> and <see cref="SameLayersTests"/>.</summary>
public class UserNamespaceTests
{
    // B, P and X are buildah, podman and buildsharp on one store.
    private const string Containers = """
        base=$($B from scratch); root=$($B mount $base)
        mkdir $root/own $root/dir; touch $root/dir/old; chown 1000:50 $root/own
        $B umount $base >/dev/null; $B config --cmd /bin/true $base; $B commit -q --rm $base base:1 >/dev/null

        echo row 1: an image of buildah
        c=$($X from base:1); stat -c %u:%g $($X mount $c)/own; $X umount $c >/dev/null; $X rm $c >/dev/null

        echo row 2: an image of ours
        c=$($X from base:1); root=$($X mount $c)
        echo hi > $root/hi; chown 33:33 $root/hi; rm -r $root/dir; mkdir $root/dir
        $X umount $c >/dev/null; $X commit -q --rm $c two:1 >/dev/null
        c=$($B from --pull-never two:1); root=$($B mount $c)
        cat $root/hi; stat -c %u:%g $root/hi; (cd $root; ls -A dir; ls)
        $B umount $c >/dev/null; $B rm $c >/dev/null

        echo row 10: a container goes back and forth
        c=$($X from base:1); $B mount $c >/dev/null; $B config --env A=1 $c; $X inspect $c | grep -c A=1; $B umount $c >/dev/null
        $B commit -q $c three:1 >/dev/null; $B rm $c >/dev/null
        c=$($B from --pull-never base:1); $X mount $c >/dev/null; $X config --env A=1 $c; $B inspect $c | grep -c A=1; $X umount $c >/dev/null
        $X commit -q $c three:2 >/dev/null; $X rm $c >/dev/null

        echo row 13: no name is lost
        for i in 1 2 3 4 5; do $X tag base:1 x:$i & done; for i in 1 2 3 4 5; do $B tag two:1 y:$i; done; wait
        $P images --format '{{.Repository}}' | grep -c 'localhost/[xy]'
        $X rmi x:1 x:2 x:3 x:4 x:5 y:1 y:2 y:3 y:4 y:5 >/dev/null

        echo row 14: containers at once
        for i in 1 2 3; do $X from --name a$i base:1 & $B from --pull-never --name b$i base:1 & done >/dev/null; wait
        $X containers -q | wc -l; $B containers -q | wc -l
        $B rm a1 a2 a3 >/dev/null; $X rm b1 b2 b3 >/dev/null

        echo row 24: a name moves
        $X tag two:1 base:1; $B images --format '{{.Name}}:{{.Tag}}' | sort
        """;

    private const string Mounts = """
        c=$($X from scratch)
        echo row 18: a mount stays; root=$($X mount $c); touch $root/A; $B images >/dev/null
        d=$($B from scratch); $B mount $d >/dev/null; ls $root; $B umount $d >/dev/null

        echo row 19: mounts are counted
        test $($B mount $c) = $root; $X umount $c >/dev/null; grep -c $root /proc/self/mountinfo
        $B umount $c >/dev/null; grep -c $ROOT /proc/self/mountinfo || cat $RUNROOT/overlay-layers/mountpoints.json; echo

        echo row 20: mounts are volatile
        for tool in "$X" "$B" "$X" "$B"; do root=$($tool mount $c); grep -o "$root .*volatile" /proc/self/mountinfo | grep -o volatile
        echo more >> $root/file; $tool umount $c >/dev/null; done
        $B rm $d >/dev/null; $X rm $c >/dev/null
        """;

    private const string OneId = """
        set -e
        container=$("$@" from scratch)
        root=$("$@" mount $container)
        mkdir $root/dir; touch $root/dir/old $root/gone
        "$@" commit -q --rm $container lower >/dev/null

        container=$("$@" from lower)
        root=$("$@" mount $container)
        grep -q " $root .*userxattr" /proc/self/mountinfo
        rm -r $root/dir $root/gone; mkdir $root/dir; touch $root/dir/new
        "$@" umount $container >/dev/null
        "$@" commit -q --rm $container upper >/dev/null

        container=$(buildah $STORE from --pull-never upper)
        root=$(buildah $STORE mount $container)
        find $root -mindepth 1 -printf '%P\n' | sort
        buildah $STORE rm $container >/dev/null
        "$@" check
        """;

    private static async Task<string> RunAsync(Sandbox sandbox, string script)
    {
        static string Line(Tool tool) => string.Join(' ', tool.LeadingArguments.SkipWhile(word => word != "-C").Skip(2));
        var output = await sandbox.Named("bash")
            .WithEnvironment("X", Line(sandbox.BuildSharp))
            .WithEnvironment("B", Line(sandbox.BuildahOnOurStore))
            .WithEnvironment("P", Line(sandbox.Podman))
            .WithEnvironment("ROOT", sandbox.Root)
            .WithEnvironment("RUNROOT", sandbox.RunRoot)
            .ReadAsync("-ec", script);
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("check"));
        return output;
    }

    [RequiresTheory(Needs.Root | Needs.Overlay | Needs.Binary | Needs.UserNamespaces, "buildah", "podman", "nsenter")]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task Images_and_containers_are_those_of_all_tools(string driver)
    {
        using var sandbox = new Sandbox(driver, asUser: true);
        Assert.Equal("""
            row 1: an image of buildah
            1000:50
            row 2: an image of ours
            hi
            33:33
            dir
            hi
            own
            row 10: a container goes back and forth
            3
            3
            row 13: no name is lost
            10
            row 14: containers at once
            6
            6
            row 24: a name moves
            localhost/base:1
            localhost/three:1
            localhost/three:2
            localhost/two:1
            """, await RunAsync(sandbox, Containers));
        if (driver == "overlay")
        {
            var attributes = await sandbox.Named("getfattr").ReadAsync("-R", "-h", "--absolute-names", "-m", "overlay.opaque", sandbox.Root);
            Assert.Contains("user.overlay.opaque", attributes);
            Assert.DoesNotContain("trusted", attributes);
        }
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary | Needs.UserNamespaces, "buildah", "nsenter")]
    public async Task Mounts_are_shared_counted_and_all_taken_away()
    {
        using var sandbox = new Sandbox(asUser: true);
        Assert.Equal("""
            row 18: a mount stays
            A
            row 19: mounts are counted
            1
            0
            []
            row 20: mounts are volatile
            volatile
            volatile
            volatile
            volatile
            """, await RunAsync(sandbox, Mounts));
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary | Needs.UserNamespaces, "buildah", "runc", "busybox", "nsenter")]
    public async Task Commands_run_there_too()
    {
        using var sandbox = new Sandbox(asUser: true);
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        var buildsharp = sandbox.BuildSharp;
        Assert.Contains("\"rootless\": true", await buildsharp.ReadAsync("info"));
        await buildsharp.RunAsync("from", "--name", "c", "base");
        Assert.Equal("uid=0(root) gid=0(root)\n1\n0 54321 1", await buildsharp.ReadAsync("run", "c", "sh", "-c", """
            id | sed 's/ groups.*//'; grep -c ' / /sys ro,' /proc/self/mountinfo; head -n 1 /proc/self/uid_map | sed 's/  */ /g; s/^ //'
            """));
        Assert.Equal("1 33:33", await buildsharp.ReadAsync("run", "--network", "none", "--user", "33:33", "c", "sh", "-c", "ls /sys/class/net | wc -l | tr '\\n' ' '; id -u | tr '\\n' ':'; id -g"));
        Assert.Equal("crw-rw-rw-", await buildsharp.ReadAsync("run", "--device", "/dev/zero:/dev/other:r", "c", "sh", "-c", "ls -l /dev/other | cut -d ' ' -f 1"));

        sandbox.Write("Dockerfile", "FROM base\nRUN mkdir /x && chown 33:33 /x\nCOPY --chown=44:44 Dockerfile /\n");
        await buildsharp.RunAsync("bud", "-q", "-t", "built:1", ".");
        var container = await sandbox.BuildahOnOurStore.ReadAsync("from", "--pull-never", "built:1");
        var root = await sandbox.BuildahOnOurStore.ReadAsync("mount", container);
        Assert.Equal("33:33\n44:44", await sandbox.Named("stat").ReadAsync("-c", "%u:%g", $"{root}/x", $"{root}/Dockerfile"));
        Assert.Equal("", await buildsharp.ReadAsync("check"));
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary | Needs.UserNamespaces | Needs.Devices, "buildah", "tar", "nsenter")]
    public async Task Devices_are_left_out_and_an_owner_from_outside_is_named()
    {
        using var origin = new Sandbox();
        await origin.Named("bash").RunAsync("-ec", "mkdir -p tree/dev; mknod tree/dev/zero c 1 5; ln tree/dev/zero tree/dev/more; mkfifo tree/dev/pipe; tar -C tree -cf dev.tar .");
        await origin.Named("bash").RunAsync("-ec", "mkdir file; touch file/far; chown 70000:5 file/far");
        foreach (var source in new[] { "tree", "file" })
        {
            var container = await origin.BuildSharp.ReadAsync("from", "scratch");
            await origin.Named("cp").RunAsync("-a", $"{source}/.", await origin.BuildSharp.ReadAsync("mount", container));
            await origin.BuildSharp.RunAsync("commit", "-q", "--rm", container, $"oci-archive:{source}.tar:x");
        }

        using var sandbox = new Sandbox(asUser: true);
        var buildsharp = sandbox.BuildSharp;
        await buildsharp.RunAsync("pull", "-q", $"oci-archive:{origin["tree.tar"]}");
        await buildsharp.RunAsync("from", "--name", "pulled", "x");
        await buildsharp.RunAsync("from", "--name", "added", "scratch");
        await buildsharp.RunAsync("add", "-q", "added", origin["dev.tar"], "/");
        foreach (var container in new[] { "pulled", "added" })
        {
            Assert.Equal("pipe", await sandbox.Named("ls").ReadAsync(Path.Combine(await buildsharp.ReadAsync("mount", container), "dev")));
        }

        Assert.Equal("", await buildsharp.ReadAsync("check"));
        // Their tar still has them.
        await buildsharp.RunAsync("push", "-q", "--disable-compression", "x", "dir:x");
        Assert.Contains("dev/zero", await sandbox.Named("tar").ReadAsync("-tf", sandbox[$"x/{InteropImage.LayersOf(sandbox["x"])[0]["sha256:".Length..]}"]));

        Assert.Equal(
            "Error: cannot extract far: fchown: the owner 70000:5 is not among the ids of this user namespace; /etc/subuid and /etc/subgid can give its user more\n",
            (await buildsharp.RunAsync(125, ["pull", "-q", $"oci-archive:{origin["file.tar"]}"])).Error);
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary | Needs.UserNamespaces, "buildah", "nsenter")]
    public async Task The_store_and_its_driver_are_those_of_the_other_tools()
    {
        using var sandbox = new Sandbox(asUser: true);
        var roots = await sandbox.Named("bash").WithEnvironment("CONTAINERS_STORAGE_CONF", null).ReadAsync(
            "-ec", """for tool; do $tool info | grep -E '"(GraphDriverName|GraphRoot|RunRoot)"' | tr -d ' ,'; done""", "sh", "buildah", sandbox.BuildSharp.LeadingArguments.First(word => word.EndsWith("/buildsharp")));
        var lines = roots.Split('\n');
        Assert.Equal(6, lines.Length);
        Assert.EndsWith("/home/.local/share/containers/storage\"", lines[1]);
        Assert.EndsWith("/run/containers\"", lines[2]);
        // 1.28 chooses vfs for a new store and newer releases overlay: what counts is that the store keeps its driver.
        Assert.Equal(lines[..3], lines[3..]);
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary, "buildah", "unshare", "getfattr")]
    public async Task One_id_is_enough_where_layers_need_no_other()
    {
        using var sandbox = new Sandbox();
        var buildsharp = sandbox.BuildSharp;
        var output = await sandbox.Named("unshare").WithEnvironment("STORE", string.Join(' ', buildsharp.LeadingArguments)).ReadAsync(
            ["--user", "--map-root-user", "--mount", "bash", "-c", OneId, "sh", buildsharp.Program, .. buildsharp.LeadingArguments]);
        Assert.Equal("dir\ndir/new", output);
    }
}
