using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>The published binary as scripts use it: what is printed where, and the exit status.</summary>
public class CommandLineTests
{
    private const string LongId = "^[0-9a-f]{64}\n$";

    [RequiresFact(Needs.Binary | Needs.Root | Needs.Overlay)]
    public async Task Containers_from_scratch_are_numbered_and_a_name_is_taken_once()
    {
        using var sandbox = new Sandbox();
        Assert.Equal("working-container\n", (await sandbox.BuildSharp.RunAsync("from", "scratch")).Output);
        Assert.Equal("working-container-1", await sandbox.BuildSharp.ReadAsync("from", "scratch"));
        Assert.Equal("mine", await sandbox.BuildSharp.ReadAsync("--name=mine", "from", "scratch"));
        var clash = await sandbox.BuildSharp.RunAsync(125, ["from", "--name", "mine", "scratch"]);
        Assert.Matches("^Error: creating container: the container name \"mine\" is already in use by [0-9a-f]{64}. You have to remove that "
            + "container to be able to reuse that name: that name is already in use\n$", clash.Error);
    }

    [RequiresFact(Needs.Binary | Needs.Root | Needs.Overlay, "runc", "busybox")]
    public async Task Run_passes_words_input_and_exit_status_through()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        var c = await sandbox.BuildSharp.ReadAsync("from", "base");
        Assert.Equal("base-working-container", c);
        await sandbox.BuildSharp.RunAsync(42, ["run", c, "sh", "-c", "exit 42"]);
        await sandbox.BuildSharp.RunAsync(1, ["run", c, "nosuch"]);
        Assert.Equal("Error: command must be specified\n", (await sandbox.BuildSharp.RunAsync(125, ["run", c])).Error);
        Assert.Equal("Error: command must be specified\n", (await sandbox.BuildSharp.RunAsync(125, ["run", c, "--"])).Error);
        Assert.Equal("-v -x\n", (await sandbox.BuildSharp.RunAsync("run", "-e", "X=-x", c, "--", "sh", "-c", "echo $0 $X", "-v")).Output);
        Assert.Equal("read me", await sandbox.BuildSharp.Reading("read me\n").ReadAsync("run", c, "cat"));
        Assert.Equal("-- a", await sandbox.BuildSharp.ReadAsync("run", c, "--", "echo", "--", "a"));
    }

    [RequiresFact(Needs.Binary | Needs.Root | Needs.Overlay)]
    public async Task Flags_after_a_positional_are_refused_by_name_and_accepted_by_bud()
    {
        using var sandbox = new Sandbox();
        foreach (var verb in new[] { "add", "commit", "config", "copy", "from", "images", "inspect", "mount", "pull", "push", "rm", "rmi", "umount" })
        {
            foreach (var words in new[] { new[] { verb, "x", "--quiet" }, [verb, "x", "y", "-q=1"] })
            {
                var refused = await sandbox.BuildSharp.RunAsync(125, words);
                Assert.Equal($"Error: no options ({words[^1]}) can be specified after the image or container name\n", refused.Error);
            }
        }

        // Of bud, podman's users write them there.
        sandbox.Write("Dockerfile", "FROM scratch\nCOPY Dockerfile /\n");
        await sandbox.BuildSharp.RunAsync("bud", ".", "-t", "x", "--quiet");
        Assert.Contains("localhost/x", await sandbox.BuildSharp.ReadAsync("images"));
    }

    [RequiresFact(Needs.Binary | Needs.Root | Needs.Overlay, "skopeo")]
    public async Task Commit_prints_the_id_of_a_local_image_and_nothing_for_another_place()
    {
        using var sandbox = new Sandbox();
        var c = await sandbox.BuildSharp.ReadAsync("from", "scratch");
        Assert.Matches(LongId, (await sandbox.BuildSharp.RunAsync("commit", "-q", c)).Output);
        var silent = await sandbox.BuildSharp.RunAsync("commit", "--iidfile", "id", c, "app");
        Assert.Equal("", silent.Output);
        Assert.Matches("^sha256:[0-9a-f]{64}$", File.ReadAllText(sandbox["id"]));
        Assert.Equal("", (await sandbox.BuildSharp.RunAsync("commit", c, "oci:out:app")).Output);
        await sandbox.Named("skopeo").RunAsync("inspect", "oci:out:app");
        Assert.Equal("Error: reading build container \"nosuch\": container not known\n", (await sandbox.BuildSharp.RunAsync(125, ["commit", "nosuch"])).Error);
    }

    [RequiresFact(Needs.Binary | Needs.Root | Needs.Overlay)]
    public async Task Verbs_go_on_after_a_failure_and_report_each_in_their_form()
    {
        using var sandbox = new Sandbox();
        // Names that can't be the beginning of an id: a single "a" is one, for every sixteenth container.
        var c = await sandbox.BuildSharp.ReadAsync("from", "scratch");
        var removed = await sandbox.BuildSharp.RunAsync(125, ["rm", "one", c, "two"]);
        Assert.Matches(LongId, removed.Output);
        Assert.Equal("removing container \"one\": container not known\nError: removing container \"two\": container not known\n", removed.Error);
        Assert.Equal("error unmounting container one: container not known\nError: error unmounting container two: container not known\n",
            (await sandbox.BuildSharp.RunAsync(125, ["umount", "one", "two"])).Error);
        Assert.Equal("reading build container \"one\": container not known\nError: reading build container \"two\": container not known\n",
            (await sandbox.BuildSharp.RunAsync(125, ["mount", "one", "two"])).Error);
        Assert.Equal("Error: 2 errors occurred:\n\t* one: image not known\n\t* two: image not known\n\n\n",
            (await sandbox.BuildSharp.RunAsync(125, ["rmi", "one", "two"])).Error);
        Assert.Equal("", (await sandbox.BuildSharp.RunAsync("rm", "-a")).Output);
    }

    [RequiresFact(Needs.Binary | Needs.Root | Needs.Overlay)]
    public async Task A_mount_stays_until_it_is_taken_back()
    {
        using var sandbox = new Sandbox();
        var c = await sandbox.BuildSharp.ReadAsync("from", "scratch");
        var path = await sandbox.BuildSharp.ReadAsync("mount", c);
        File.WriteAllText(Path.Combine(path, "file"), "content");
        Assert.Equal($"{c} {path}\n", (await sandbox.BuildSharp.RunAsync("mount")).Output);
        Assert.Matches(LongId, (await sandbox.BuildSharp.RunAsync("umount", c)).Output);
        Assert.Equal("", (await sandbox.BuildSharp.RunAsync("umount", c)).Output);
        Assert.Equal("null", await sandbox.BuildSharp.ReadAsync("mount", "--json"));
    }

    [RequiresFact(Needs.Binary | Needs.Root | Needs.Overlay)]
    public async Task Lists_have_the_columns_scripts_cut()
    {
        using var sandbox = new Sandbox();
        Assert.Equal("[]", await sandbox.BuildSharp.ReadAsync("images", "--json"));
        Assert.Equal("REPOSITORY   TAG   IMAGE ID   CREATED   SIZE\n", (await sandbox.BuildSharp.RunAsync("images")).Output);
        var c = await sandbox.BuildSharp.ReadAsync("from", "scratch");
        var id = await sandbox.BuildSharp.ReadAsync("commit", "-q", c, "app:1");
        Assert.Equal(id[..12], await sandbox.BuildSharp.ReadAsync("images", "-q"));
        Assert.Equal($"localhost/app   1   {id[..12]}", await sandbox.BuildSharp.ReadAsync("images", "--format", "{{.Name}} {{.Tag}} {{.ID}}"));
        Assert.Equal($"localhost/app:1", await sandbox.BuildSharp.ReadAsync("images", "--format", "{{.Name}}:{{.Tag}}", "--filter", "reference=app"));
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("images", "-q", "-f", "dangling=true"));
        Assert.Equal("Error: invalid image filter \"nosuch=x\": must be in the format \"filter=value or filter!=value\"; keys are before, containers, dangling, digest, id, intermediate, label, manifest, readonly, reference, since and until\n",
            (await sandbox.BuildSharp.RunAsync(125, ["images", "-f", "nosuch=x"])).Error);

        var lines = (await sandbox.BuildSharp.RunAsync("containers")).Output.Split('\n');
        Assert.Equal("CONTAINER ID  BUILDER  IMAGE ID     IMAGE NAME                       CONTAINER NAME", lines[0]);
        Assert.Matches("^[0-9a-f]{12}     \\*                  scratch                          working-container$", lines[1]);
        Assert.Equal(c, await sandbox.BuildSharp.ReadAsync("containers", "--format", "{{.ContainerName}}"));
        Assert.Matches(LongId, (await sandbox.BuildSharp.RunAsync("ps", "-q")).Output);
    }

    [RequiresFact(Needs.Binary | Needs.Root | Needs.Overlay)]
    public async Task Config_applies_whatever_the_order_and_inspect_shows_it()
    {
        using var sandbox = new Sandbox();
        var c = await sandbox.BuildSharp.ReadAsync("from", "scratch");
        var configured = await sandbox.BuildSharp.RunAsync(
            "config", "--cmd", "/bin/a b 'c d'", "--env", "A=1", "--env", "B=$A/2", "--label", "k=v=w", "--port", "80", "--hostname", "h", c);
        Assert.Equal("", configured.Output);
        Assert.Contains("level=warning", configured.Error);
        Assert.Equal("[A=1 B=1/2]", await sandbox.BuildSharp.ReadAsync("inspect", "-f", "{{.OCIv1.Config.Env}}", c));
        Assert.Equal("[\"/bin/a\",\"b\",\"c d\"]", await sandbox.BuildSharp.ReadAsync("inspect", "-f", "{{json .OCIv1.Config.Cmd}}", c));
        Assert.Equal("amd64|v=w", await sandbox.BuildSharp.ReadAsync("inspect", "-f", "{{.OCIv1.architecture}}|{{index .OCIv1.Config.Labels \"k\"}}", c));
        Assert.Equal("no newline", (await sandbox.BuildSharp.RunAsync("inspect", "-f", "{{\"no newline\"}}", c)).Output);
        await sandbox.BuildSharp.RunAsync("config", "--env", "-", "--env", "C=3", "--label", "k-", "--port", "-", c);
        Assert.Equal("[C=3] map[] map[]", await sandbox.BuildSharp.ReadAsync(
            "inspect", "-f", "{{.OCIv1.Config.Env}} {{.OCIv1.Config.Labels}} {{.OCIv1.Config.ExposedPorts}}", c));
        Assert.Equal("Error: setting env \"NOT_SET_ANYWHERE\": no value given\n",
            (await sandbox.BuildSharp.RunAsync(125, ["config", "--env", "NOT_SET_ANYWHERE", c])).Error);
    }

    [RequiresFact(Needs.Binary | Needs.Root | Needs.Overlay)]
    public async Task Global_flags_follow_the_verb_and_verb_flags_precede_it()
    {
        using var sandbox = new Sandbox();
        var c = await sandbox.BuildSharp.ReadAsync("from", "scratch");
        await sandbox.BuildSharp.RunAsync("commit", "-q", c, "app");
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("--cert-dir", "certs", "push", "--tls-verify=false", "--storage-driver=overlay", "app", "oci:out:app"));
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("--digestfile=digest", "push", "app", "dir:dir"));
        Assert.Matches("^sha256:[0-9a-f]{64}$", File.ReadAllText(sandbox["digest"]));
        Assert.Equal("--sign-by is not supported yet: images are not signed",
            (await sandbox.BuildSharp.RunAsync(125, ["push", "--sign-by", "me", "app", "dir:dir2"])).Error.Trim().Replace("Error: ", ""));
    }

    [RequiresFact(Needs.Binary | Needs.Root | Needs.Overlay)]
    public async Task A_directory_that_was_removed_is_no_place_for_relative_paths_and_no_hindrance()
    {
        using var sandbox = new Sandbox();
        const string script = "mkdir gone; cd gone; rmdir ../gone; exec \"$0\" \"$@\"";
        var buildsharp = sandbox.BuildSharp;
        var there = sandbox.Named("bash").WithLeading(["-c", script, buildsharp.Program, .. buildsharp.LeadingArguments]);
        await there.RunAsync("from", "--name", "c", "scratch");
        await there.RunAsync("copy", "-q", "c", "/etc/hostname", "/name");
        Assert.Contains("/proc/self/cwd/name", (await there.RunAsync(125, ["copy", "-q", "c", "name", "/"])).Error);
        Assert.Equal("c", await there.ReadAsync("containers", "--format", "{{.ContainerName}}"));
    }
}
