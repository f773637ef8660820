using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>What scripts written for buildah notice: exact words, where they go, and what stays behind.</summary>
public class BuildahScriptsTests
{
    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary, "busybox")]
    public async Task What_scripts_match_is_in_the_error()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        Assert.Equal("c", await sandbox.BuildSharp.ReadAsync("from", "--name", "c", "base"));
        (string Expected, string[] Words)[] cases =
        [
            ("adding content to container \"c\": checking on sources under \"/\": copier: stat: \"/nope\": no such file or directory", ["copy", "c", "/nope", "/"]),
            ("repository name must be lowercase", ["tag", "base", "UPPER"]),
            ("repository name must be lowercase", ["commit", "c", "UPPER"]),
            ("Invalid image name \"pigeon:x:y\", unknown transport \"pigeon\"", ["push", "base", "pigeon:x:y"]),
        ];
        foreach ((var expected, var words) in cases)
        {
            var failed = await sandbox.BuildSharp.RunAsync(125, words);
            Assert.StartsWith("Error: ", failed.Error);
            Assert.Contains(expected, failed.Error);
            Assert.Equal("", failed.Output);
        }
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary)]
    public async Task A_bad_isolation_is_reported_by_where_it_came_from()
    {
        using var sandbox = new Sandbox();
        var jailed = sandbox.BuildSharp.WithEnvironment("BUILDAH_ISOLATION", "jail");
        Assert.Equal("Error: unrecognized $BUILDAH_ISOLATION value \"jail\"\n", (await jailed.RunAsync(125, ["from", "scratch"])).Error);
        Assert.StartsWith("Error: unrecognized isolation type \"cage\"", (await jailed.RunAsync(125, ["from", "--isolation", "cage", "scratch"])).Error);
        await sandbox.BuildSharp.WithEnvironment("BUILDAH_ISOLATION", "OCI").RunAsync("from", "--isolation", "default", "scratch");
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary, "busybox")]
    public async Task Inspect_tells_the_history_and_isolation_that_buildah_tells()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        var container = await sandbox.BuildSharp.ReadAsync("from", "base");
        await sandbox.BuildSharp.RunAsync("config", "--created-by", "me", container);
        await sandbox.BuildSharp.RunAsync("commit", "-q", container, "made");
        var made = await sandbox.BuildSharp.ReadAsync("from", "made");
        Assert.EndsWith("me oci", await sandbox.BuildSharp.ReadAsync(
            "inspect", "--format", "{{range .History}}{{.CreatedBy}} {{end}}{{.Isolation}}", made));
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary, "busybox")]
    public async Task An_id_that_goes_to_a_file_is_not_on_standard_output()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Dockerfile", "FROM base\nENV A=b\n");
        var output = await sandbox.BuildSharp.ReadAsync("bud", "--iidfile", "id", "-t", "t", ".");
        Assert.Equal("STEP 1/2: FROM base\nSTEP 2/2: ENV A=b\nCOMMIT t\nSuccessfully tagged localhost/t:latest", output);
        Assert.Matches("^sha256:[0-9a-f]{64}$", File.ReadAllText(sandbox["id"]));
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary, "busybox", "runc", "bash")]
    public async Task The_callers_umask_does_not_reach_the_image()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("f", "f");
        sandbox.Write("Dockerfile", "FROM base\nWORKDIR /w/x\nCOPY f /p/q/f\nRUN mkdir /made && echo > /file\n");
        var buildsharp = sandbox.BuildSharp;
        string Quoted(params string[] words) =>
            string.Join(' ', new[] { buildsharp.Program }.Concat(buildsharp.LeadingArguments).Concat(words).Select(word => $"'{word}'"));
        await sandbox.Named("bash").RunAsync("-ec", $"umask 077; {Quoted("bud", "-q", "-t", "t", ".")}; {Quoted("push", "-q", "t", "oci:out:t")}");
        var container = await buildsharp.ReadAsync("from", "t");
        var root = await buildsharp.ReadAsync("mount", container);
        var modes = await sandbox.Named("stat").In(root).ReadAsync("-c", "%n %a", "w", "w/x", "p", "p/q", "made", "file");
        Assert.Equal("w 755\nw/x 755\np 755\np/q 755\nmade 755\nfile 644", modes);
        Assert.Equal("755 644", (await sandbox.Named("stat").ReadAsync("-c", "%a", "out", "out/index.json")).Replace('\n', ' '));
        await buildsharp.RunAsync("umount", container);
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary)]
    public async Task A_full_disk_leaves_nothing_half_made()
    {
        using var sandbox = new Sandbox();
        var disk = Path.GetDirectoryName(sandbox.Root)!;
        Directory.CreateDirectory(disk);
        await sandbox.Named("mount").RunAsync("-t", "tmpfs", "-o", "size=10m", "none", disk);
        var container = await sandbox.BuildSharp.ReadAsync("from", "scratch");
        var root = await sandbox.BuildSharp.ReadAsync("mount", container);
        await sandbox.Named("dd").RunAsync("if=/dev/urandom", $"of={root}/random", "bs=1M", "count=4", "status=none");
        await sandbox.BuildSharp.RunAsync("commit", "-q", container, "image");
        await sandbox.Named("dd").RunAsync("if=/dev/urandom", $"of={sandbox["big"]}", "bs=1M", "count=9", "status=none");

        var copied = await sandbox.BuildSharp.RunAsync(125, ["copy", container, "big", "/big"]);
        Assert.Contains("no space left on device", copied.Error);
        Assert.False(File.Exists(Path.Combine(root, "big")));

        var pushed = await sandbox.BuildSharp.RunAsync(125, ["push", "-q", "image", $"oci-archive:{disk}/image.tar"]);
        Assert.Contains("no space left on device", pushed.Error);
        Assert.DoesNotContain(Directory.GetFiles(disk), file => Path.GetFileName(file).StartsWith("image.tar", StringComparison.Ordinal));

        // There is room again for what removing has to write.
        await sandbox.BuildSharp.RunAsync("rm", container);
        await sandbox.BuildSharp.RunAsync("rmi", "image");
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary, "busybox")]
    public async Task A_commit_changes_the_image_and_not_the_container()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        var container = await sandbox.BuildSharp.ReadAsync("from", "base");
        await sandbox.BuildSharp.RunAsync("config", "--env", "A=1", "--user", "3", "--cmd", "old", container);
        sandbox.Write("config.json", """{"User":"7","WorkingDir":"/w","Env":null,"Labels":{}}""");
        await sandbox.BuildSharp.RunAsync("commit", "-q", "--config", "config.json", "-c", "ENV B=$A-x", "--change", """ENTRYPOINT ["/e"]""",
            "--change", "LABEL l=m", container, "changed");
        const string Format = "{{.OCIv1.Config.User}} {{.OCIv1.Config.WorkingDir}} {{.OCIv1.Config.Entrypoint}} {{.OCIv1.Config.Cmd}} {{.OCIv1.Config.Labels.l}}";
        Assert.Equal("7 /w [/e] [] m", await sandbox.BuildSharp.ReadAsync("inspect", "--type", "image", "--format", Format, "changed"));
        Assert.Contains("B=1-x", await sandbox.BuildSharp.ReadAsync("inspect", "--type", "image", "--format", "{{.OCIv1.Config.Env}}", "changed"));
        Assert.Equal("3  [] [old] <no value>", await sandbox.BuildSharp.ReadAsync("inspect", "--format", Format, container));

        var refused = await sandbox.BuildSharp.RunAsync(125, ["commit", "-q", "--change", "RUN true", container]);
        Assert.Contains("only instructions that change the configuration", refused.Error);
        await sandbox.BuildSharp.RunAsync(125, ["commit", "--config", "nowhere.json", container]);
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary, "busybox", "tar", "bash")]
    public async Task A_context_on_standard_input_is_an_archive_or_a_Dockerfile()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("context/Dockerfile", "FROM base\nCOPY file /file\n");
        sandbox.Write("context/file", "from the archive");
        var buildsharp = sandbox.BuildSharp;
        var build = string.Join(' ', new[] { buildsharp.Program }.Concat(buildsharp.LeadingArguments).Append("bud").Select(word => $"'{word}'"));
        foreach (var compression in new[] { "", "z" })
        {
            await sandbox.Named("bash").RunAsync("-ec", $"tar -C context -c{compression} . | {build} -q -t made -");
            var container = await buildsharp.ReadAsync("from", "made");
            Assert.Equal("from the archive", File.ReadAllText(Path.Combine(await buildsharp.ReadAsync("mount", container), "file")));
            await buildsharp.RunAsync("rm", container);
        }

        await buildsharp.Reading("FROM base\nENV TYPED=yes\n").RunAsync("bud", "-q", "-t", "typed", "-");
        Assert.Contains("TYPED=yes", await buildsharp.ReadAsync("inspect", "--type", "image", "--format", "{{.OCIv1.Config.Env}}", "typed"));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(sandbox.Work, "..", "tmp"), "buildsharp-*"));
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary, "busybox", "runc")]
    public async Task From_does_what_the_base_asks_for_and_prints_only_the_name()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Dockerfile", "FROM base\nONBUILD ENV A=b\nONBUILD RUN echo said; echo $A > /ran\nONBUILD COPY file $A/\n");
        sandbox.Write("file", "from here");
        await sandbox.BuildSharp.RunAsync("bud", "-q", "--format", "docker", "-t", "trigger", ".");
        var begun = await sandbox.BuildSharp.RunAsync("from", "trigger");
        Assert.Equal("trigger-working-container\n", begun.Output);
        Assert.Equal("STEP 1: ENV A=b\nSTEP 2: RUN echo said; echo $A > /ran\nsaid\nSTEP 3: COPY file $A/\n", begun.Error);
        var root = await sandbox.BuildSharp.ReadAsync("mount", "trigger-working-container");
        Assert.Equal(("b\n", "from here"), (File.ReadAllText(Path.Combine(root, "ran")), File.ReadAllText(Path.Combine(root, "b/file"))));
        Assert.Equal("[]", await sandbox.BuildSharp.ReadAsync("inspect", "--format", "{{.Docker.Config.OnBuild}}", "trigger-working-container"));

        File.Delete(sandbox["file"]);
        var failed = await sandbox.BuildSharp.RunAsync(125, ["from", "-q", "--name", "half", "trigger"]);
        Assert.Contains("copier: stat: \"/file\": no such file or directory", failed.Error);
        Assert.DoesNotContain("half", await sandbox.BuildSharp.ReadAsync("containers"));
    }
}
