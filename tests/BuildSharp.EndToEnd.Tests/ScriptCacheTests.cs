using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>With <c>--cache</c>, a script of verbs skips what an earlier run has done.</summary>
public class ScriptCacheTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    private const string Script = """
        c=$(b from base)
        b config --env "A=$A" --healthcheck 'CMD true' $c
        b copy --cache $c files /f >copied
        b run --cache --cache-key 'key*' --cache-env E $c sh -c 'cat /proc/sys/kernel/random/uuid >/id'
        b run --cache --user 0 $c sh -c 'cat /id /f/a >/both'
        b inspect --format '{{.Docker.Config.Healthcheck.Test}} {{.Container}}' $c
        b commit -q --rm $c out >/dev/null
        i=$(b from out)
        b run $i sh -c 'echo $A; cat /f/b'
        b run $i cat /both >both
        b rm $i >/dev/null
        """;

    /// <summary>What is changed after a first run, how many of its three verbs a second one skips, and the command that changes it.</summary>
    public static TheoryData<string, int, string> Changes => new()
    {
        { "nothing", 3, "true" },
        { "times of files", 3, "touch -d 2001-01-01 files/a key1" },
        { "owners of the sources", 3, "chown -R 9:9 files key1" },
        { "a file that nothing reads", 3, "echo new >other" },
        { "a variable that nothing reads", 3, "export O=2" },
        { "the content of a copied file", 0, "echo new >files/a" },
        { "the mode of a copied file", 0, "chmod 700 files/a" },
        { "a file that a key names", 1, "echo new >key1" },
        { "a further file that a key names", 1, "echo new >key2" },
        { "a variable that a key names", 1, "export E=2" },
        { "a variable that a key names and that is not set", 1, "unset E" },
        { "the config", 0, "export A=2" },
        { "the place of the copy", 0, "sed -i 's,/f >,/f/ >,' script" },
        { "the last command", 2, "sed -i 's,/both,/./both,' script" },
        { "words of the last command", 2, "sed -i \"s,'cat /id /f/a >/both','cat /id /f/a >/both' x,\" script" },
        { "a flag of the last command", 2, "sed -i 's/--user 0/--user 0:0/' script" },
        { "a variable of the last command", 2, "sed -i 's/--user 0/--user 0 -e B=c/' script" },
        { "whether a verb is cached", 3, "sed -i 's/^b commit/b run $c true\\nb commit/' script" },
    };

    [RequiresTheory(All, "runc", "busybox", "bash")]
    [MemberData(nameof(Changes))]
    public async Task A_verb_is_skipped_unless_something_that_it_depends_on_changed(string change, int skipped, string command)
    {
        using var sandbox = await WithFilesAsync("overlay");
        sandbox.Write("script", Script);
        var first = await RunAsync(sandbox, "export A=1 E=1\n. ./script\n");
        Assert.Equal(0, Skipped(first));
        var (copied, both) = (File.ReadAllText(sandbox["copied"]), File.ReadAllText(sandbox["both"]));
        var second = await RunAsync(sandbox, $"export A=1 E=1\n{command}\n. ./script\n");
        Assert.True(skipped == Skipped(second), $"{change}:\n{second.Transcript}");
        Assert.Equal(command.Contains("A=2", StringComparison.Ordinal) ? first.Output.Replace("1\nb", "2\nb", StringComparison.Ordinal) : first.Output, second.Output);
        Assert.Equal(skipped > 0, copied == File.ReadAllText(sandbox["copied"]) && skipped > 0);
        // The command that gives another result each time was skipped with what follows it, or executed.
        Assert.Equal(skipped > 1, both == File.ReadAllText(sandbox["both"]));
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("containers", "-q"));
        await sandbox.BuildSharp.RunAsync("check");
        Assert.Empty(sandbox.MountsLeft);
    }

    [RequiresFact(All, "runc", "busybox", "bash", "buildah")]
    public async Task The_image_is_as_without_the_flag_and_other_tools_go_on_with_the_container()
    {
        using var sandbox = await WithFilesAsync("vfs");
        sandbox.Write("script", "c=$(b from base)\nb copy --cache $c files /f\nb run --cache $c sh -c 'echo 1 >/x; chmod 600 /x'\n");
        await RunAsync(sandbox, ". ./script\n");
        Assert.Equal(2, Skipped(await RunAsync(sandbox, ". ./script\n")));
        await sandbox.BuildahOnOurStore.RunAsync("config", "--label", "a=b", "base-working-container-1");
        await sandbox.BuildahOnOurStore.RunAsync("commit", "-q", "base-working-container-1", "out");
        Assert.Equal("b localhost/base:latest", await sandbox.BuildSharp.ReadAsync(
            "inspect", "--format", "{{.OCIv1.Config.Labels.a}} {{index .ImageAnnotations \"org.opencontainers.image.base.name\"}}", "out"));
        var files = await sandbox.BuildSharp.ReadAsync("from", "out");
        Assert.Equal("1\na\nb", await sandbox.BuildSharp.ReadAsync("run", files, "sh", "-c", "cat /x /f/a /f/b"));
    }

    /// <summary>What was done to the container <c>$c</c> before a cached verb, and what that says.</summary>
    public static TheoryData<string, string> Refused => new()
    {
        { "b run $c sh -c 'echo >/x'\nb run --cache $c true", "has changes that were made without --cache" },
        { "b copy $c files /f\nb copy --cache $c files /g", "has changes that were made without --cache" },
        { "m=$(b mount $c)\necho >$m/x\nb umount $c\nb run --cache $c true", "has changes that were made without --cache" },
        { "b config --add-history --env A=b $c\nb run --cache $c true", "has changes that were made without --cache" },
        { "! b run --cache $c sh -c 'echo >/x; false' || exit 1\nb run --cache $c true", "has changes that were made without --cache" },
        { "b run --cache $c true\nb run $c rm /etc/group\nb run --cache $c true", "has changes that were made without --cache" },
        { "m=$(b mount $c)\nb run --cache $c true", "is mounted, and its files may change meanwhile" },
        { "b run --cache $c sh <<<'echo 1 >/x'", "standard input has text" },
        { "b run --cache $c sh <files/a", "standard input has text" },
        { "b run --cache-key files $c true", "--cache-key needs --cache" },
        { "b run --cache --cache-key nowhere $c true", "nowhere" },
    };

    [RequiresTheory(All, "runc", "busybox", "bash")]
    [MemberData(nameof(Refused))]
    public async Task A_container_that_was_changed_otherwise_is_refused(string script, string said)
    {
        using var sandbox = await WithFilesAsync("overlay");
        var refused = await RunAsync(sandbox, $"c=$(b from base)\n{script}\n", 125);
        Assert.Contains(said, refused.Error.TrimEnd('\n').Split('\n')[^1], StringComparison.Ordinal);
        // The container is still there.
        Assert.Equal("base-working-container", await sandbox.BuildSharp.ReadAsync("containers", "--format", "{{.ContainerName}}"));
        await sandbox.BuildSharp.RunAsync("rm", "-a");
        Assert.Empty(sandbox.MountsLeft);
    }

    [RequiresFact(All, "runc", "busybox", "bash")]
    public async Task A_command_that_fails_is_executed_again_and_a_value_of_a_flag_is_not_in_the_history()
    {
        using var sandbox = await WithFilesAsync("overlay");
        await RunAsync(sandbox, "c=$(b from base)\n! b run --cache $c false || exit 1\n! b run --cache $c false || exit 1\nb run --cache -e PASSWORD=hunter2 $c true\nb commit -q $c out\n");
        var history = await sandbox.BuildSharp.ReadAsync("history", "--no-trunc", "out");
        Assert.Contains("/bin/sh -c true |inputs=", history, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", history, StringComparison.Ordinal);
    }

    private static int Skipped(ToolResult run) => run.Error.Split('\n').Count(line => line.StartsWith("--> Using cache ", StringComparison.Ordinal));

    private static async Task<Sandbox> WithFilesAsync(string driver)
    {
        var sandbox = new Sandbox(driver);
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        foreach (var file in new[] { "files/a", "files/b", "key1", "other" })
        {
            sandbox.Write(file, Path.GetFileName(file) + "\n");
        }

        return sandbox;
    }

    private static Task<ToolResult> RunAsync(Sandbox sandbox, string script, int expected = 0)
    {
        var options = string.Join(' ', sandbox.BuildSharp.LeadingArguments);
        return sandbox.Named("bash").RunAsync(expected, ["-c", $"set -eu\nb() {{ {sandbox.BuildSharp.Program} {options} \"$@\"; }}\n{script}"]);
    }
}
