using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>What must find the step of an earlier build, and what must not.</summary>
public class CacheSituationsTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    private const string Copy = "COPY files /f\nRUN cat /f/a\n";

    /// <summary>Instructions of two builds on the same base, a command between them, flags of the second, and how many steps it finds. The
    /// context has <c>files/a</c>, <c>files/b</c>, a second name <c>files/a2</c> of the first, a link <c>files/link</c>, <c>other</c>, and
    /// <c>a.tar</c> with <c>a</c>. A secret <c>s</c> is there.</summary>
    public static TheoryData<string, int, string, string, string, string[]> Situations => new()
    {
        { "nothing is changed", 2, Copy, Copy, "true", [] },
        { "times of files", 2, Copy, Copy, "find . -exec touch -h -d 2001-01-01 {} +", [] },
        { "the place of the checkout", 2, Copy, Copy, "cd .. && mv context moved && cp -a moved context", [] },
        { "owners of the source", 2, Copy, Copy, "chown -Rh 9:9 .", [] },
        { "a file that is made again", 2, Copy, Copy, "cp files/b x && rm files/b && mv x files/b", [] },
        { "a file that no step reads", 2, Copy, Copy, "echo > other", [] },
        { "a file that is ignored", 2, "COPY . /f\nRUN cat /f/other\n", "COPY . /f\nRUN cat /f/other\n", "echo > ignored", [] },
        { "a comment, and the name of the stage", 2, Copy, "# new\n" + Copy, "sed -i 's/FROM base/FROM base AS new/' Dockerfile", [] },
        { "an argument that nothing declares", 2, Copy, Copy, "true", ["--build-arg", "X=2"] },
        { "a proxy", 1, "RUN echo\n", "RUN echo\n", "true", ["--build-arg", "http_proxy=http://127.0.0.1:1"] },
        { "an argument that is declared later", 1, "RUN echo\nARG X=1\nRUN echo $X\n", "RUN echo\nARG X=1\nRUN echo $X\n", "sed -i 's/^ARG.*/ENV Y=1/' Dockerfile", [] },
        { "the value of a secret", 1, "RUN --mount=type=secret,id=s ls\n", "RUN --mount=type=secret,id=s ls\n", "echo new > ../secret", [] },
        { "a file beside the mounted ones", 1, "RUN --mount=source=files,target=/m ls\n", "RUN --mount=source=files,target=/m ls\n", "echo > other", [] },
        { "an age that the steps do not have", 2, Copy, Copy, "true", ["--cache-ttl", "1h"] },

        { "the content of a file", 0, Copy, Copy, "echo new > files/b", [] },
        { "the mode of a file", 0, Copy, Copy, "chmod 755 files/b", [] },
        { "the name of a file", 0, Copy, Copy, "mv files/b files/c", [] },
        { "the target of a link", 0, Copy, Copy, "ln -sfn b files/link", [] },
        { "a second name that becomes a file of its own", 0, Copy, Copy, "rm files/a2 && cp -p files/a files/a2", [] },
        { "an attribute of a file", 0, Copy, Copy, "setcap cap_net_raw+ep files/b", [] },
        { "what is ignored", 0, "COPY . /f\n", "COPY . /f\n", "echo other >> .dockerignore", [] },
        { "the script of RUN", 0, "RUN <<EOF\necho 1\nEOF\n", "RUN <<EOF\necho 2\nEOF\n", "true", [] },
        { "blank lines around the text of RUN", 0, "RUN cat <<EOF > /x\na\nEOF\n", "RUN cat <<EOF > /x\n\na\n\nEOF\n", "true", [] },
        { "the text of COPY", 0, "COPY <<EOF /x\n1\nEOF\n", "COPY <<EOF /x\n2\nEOF\n", "true", [] },
        { "the value of an argument of RUN", 1, "ARG X=1\nRUN echo $X\n", "ARG X=1\nRUN echo $X\n", "true", ["--build-arg", "X=2"] },
        { "the value of an argument of ENV", 1, "ARG X=1\nENV Y=$X\n", "ARG X=1\nENV Y=$X\n", "true", ["--build-arg", "X=2"] },
        { "the owner that COPY gives", 0, "COPY files /f\n", "COPY --chown=5:5 files /f\n", "true", [] },
        { "the owner that an argument names", 1, "ARG X=1\nCOPY --chown=$X other /f\n", "ARG X=1\nCOPY --chown=$X other /f\n", "true", ["--build-arg", "X=2"] },
        { "the mode that COPY gives", 0, "COPY other /f\n", "COPY --chmod=600 other /f\n", "true", [] },
        { "the place that an argument names", 1, "ARG X=1\nCOPY other /$X\n", "ARG X=1\nCOPY other /$X\n", "true", ["--build-arg", "X=2"] },
        { "a directory instead of a name", 0, "COPY other /f\n", "COPY other /f/\n", "true", [] },
        { "the directories above", 0, "COPY files/b /f/\n", "COPY --parents files/b /f/\n", "true", [] },
        { "what COPY leaves out", 0, "COPY files /f\n", "COPY --exclude=b files /f\n", "true", [] },
        { "whether an archive is unpacked", 0, "ADD --unpack=false a.tar /f/\n", "ADD a.tar /f/\n", "true", [] },
        { "a mounted file", 0, "RUN --mount=source=files,target=/m ls\n", "RUN --mount=source=files,target=/m ls\n", "echo new > files/b", [] },
        { "the target of a mount", 0, "RUN --mount=source=files,target=/m ls\n", "RUN --mount=source=files,target=/n ls\n", "true", [] },
        { "the id of a secret", 0, "RUN --mount=type=secret,id=s ls\n", "RUN --mount=type=secret,id=t ls\n", "true", [] },
        { "a mount of the command line", 0, "RUN ls\n", "RUN ls\n", "true", ["--mount", "type=secret,id=s"] },
        { "the network of RUN", 0, "RUN ls\n", "RUN --network=none ls\n", "true", [] },
        { "an age that nothing has", 0, Copy, Copy, "true", ["--cache-ttl", "1ns"] },
        { "a stage that is left out by number", 0, Copy, Copy, "true", ["--no-cache-filter", "0"] },
        { "a stage that is left out by name", 0, Copy, Copy, "sed -i 's/FROM base/FROM base AS new/' Dockerfile", ["--no-cache-filter=NEW"] },
    };

    [RequiresTheory(All, "runc", "busybox", "setcap")]
    [MemberData(nameof(Situations))]
    public async Task A_step_is_found_or_not(string change, int found, string before, string after, string command, string[] flags)
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        foreach (var file in new[] { "files/a", "files/b", "other", "ignored" })
        {
            sandbox.Write($"context/{file}", file);
        }

        sandbox.Write("context/.dockerignore", "ignored\nDockerfile\n.dockerignore\n");
        sandbox.Write("secret", "secret");
        var shell = sandbox.Named("sh");
        await shell.RunAsync("-c", "cd context && ln files/a files/a2 && ln -s a files/link && tar -cf a.tar -C files a");
        string[] common = ["bud", "--layers", "--secret", $"id=s,src={sandbox["secret"]}", "--build-arg", "X=1"];
        async Task<ToolResult> BuildAsync(string instructions, string change, string[] more)
        {
            sandbox.Write("context/Dockerfile", $"FROM base\n{instructions}");
            await shell.RunAsync("-c", $"cd context && {change}");
            return await sandbox.BuildSharp.RunAsync([.. common, .. more, "context"]);
        }

        Assert.Equal(0, BuildCacheTests.Hits(await BuildAsync(before, "true", [])));
        var second = await BuildAsync(after, command, flags);
        Assert.True(found == BuildCacheTests.Hits(second), $"{change}:\n{second.Output}");
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task A_stage_left_out_of_the_cache_leaves_the_others_in_it_and_an_unknown_one_is_an_error()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Dockerfile", "FROM base AS one\nRUN echo 1 > /1\nFROM base AS two\nRUN echo 2 > /2\nFROM base\nCOPY --from=one /1 /\nCOPY --from=two /2 /\n");
        await sandbox.BuildSharp.RunAsync("bud", "--layers", ".");
        var second = await sandbox.BuildSharp.RunAsync("bud", "--layers", "--no-cache-filter", "two", "--jobs=1", ".");
        // The files that the stage makes again are the same.
        Assert.Equal(3, BuildCacheTests.Hits(second));
        var unknown = await sandbox.BuildSharp.RunAsync(125, ["bud", "--layers", "--no-cache-filter", "tow", "."]);
        Assert.Equal("Error: --no-cache-filter: the stage \"tow\" was not found in the provided Dockerfile (did you mean two?)\n", unknown.Error);
    }

    [RequiresFact(All, "runc", "busybox", "strace")]
    public async Task Nothing_is_mounted_and_nothing_waits_for_the_disk_when_every_step_is_found()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("files/a", "a");
        sandbox.Write("Dockerfile", "FROM base\nENV A=b\nWORKDIR /w\nCOPY --chown=5:5 files /files\nCOPY files/a ./\nRUN echo\nCMD x\n");
        string[] build = ["bud", "--layers", "-t", "named", "."];
        await sandbox.BuildSharp.RunAsync(build);
        // Makes the file of what is known of images.
        await sandbox.BuildSharp.RunAsync(build);
        var again = await sandbox.Named("strace").RunAsync(
            ["-f", "-e", "trace=mount,fsmount,move_mount,fsync,fdatasync,renameat2", sandbox.BuildSharp.Program, .. sandbox.BuildSharp.LeadingArguments, .. build]);
        Assert.Equal(6, BuildCacheTests.Hits(again));
        Assert.DoesNotMatch(@"\b(mount|fsmount|move_mount|fsync|fdatasync)\(", again.Error);
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task Images_on_the_same_base_are_read_once_and_not_by_each_build()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Dockerfile", "FROM base\nENV A=b\nLABEL c=d\n");
        await sandbox.BuildSharp.RunAsync("bud", "--layers", ".");
        sandbox.Write("Others", "FROM base\n" + string.Concat(Enumerable.Range(0, 40).Select(number => $"LABEL l{number}=v\n")));
        await sandbox.BuildSharp.RunAsync("bud", "--layers", "-f", "Others", ".");
        await sandbox.BuildSharp.RunAsync("bud", "--layers", ".");
        var read = await sandbox.Named("strace").RunAsync(
            ["-f", "-e", "trace=openat,openat2", sandbox.BuildSharp.Program, .. sandbox.BuildSharp.LeadingArguments, "bud", "--layers", "."]);
        var manifests = read.Error.Split('\n').Count(line => line.Contains("manifest\"", StringComparison.Ordinal));
        Assert.InRange(manifests, 1, 12);
    }
}
