using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>The same Dockerfile through both builders: config, history and file tree are equal.</summary>
public class SameAsBuildahTests
{
    private const string Instructions = """
        ARG BEFORE=1
        FROM base AS one
        ARG A=x
        ARG B=2
        ENV E=$A F="a b" E2=${E:-none}
        LABEL l=1 m="two words"
        RUN echo hi \
          # a comment
          > /hi && ln /hi /hi2 && ln -s hi /soft && chmod 4711 /hi && mkdir -m 1777 /sticky
        COPY a /x/
        ADD d /d/
        WORKDIR /w/sub
        COPY --chown=1000:50 d relative/
        USER user
        WORKDIR mine
        RUN ["/bin/sh", "-c", "id -u > /tmp/who; echo $A $B > /tmp/args"]
        USER 0
        EXPOSE 80 53/udp
        VOLUME ["/v"]
        STOPSIGNAL SIGINT
        RUN rm /hi2 && rm -r /bin/vi && touch -d @1000 /old
        MAINTAINER me
        ENTRYPOINT ["/bin/sh", "-c"]
        CMD ["c", "d"]
        """;

    private const string DockerOnly = """
        FROM base
        HEALTHCHECK --interval=5s --retries=2 CMD echo ok
        ONBUILD ENV triggered=1
        SHELL ["/bin/sh", "-ec"]
        RUN echo $- > /flags
        """;

    private const string Stages = """
        FROM base AS one
        RUN echo one > /one && chown 7:8 /one && mkdir /dir && echo f > /dir/f && ln /dir/f /dir/g
        FROM scratch AS unused
        COPY a /
        FROM one
        COPY --from=0 /one /two
        COPY --from=one --chown=1:2 /dir /dir2
        COPY --from=base /bin/busybox /three
        RUN echo more > /more && chown -h 3:4 /two
        """;

    private const string Archive = """
        FROM base
        ADD archive.tar.gz /unpacked
        COPY archive.tar.gz /packed/
        """;

    private const string NoLayer = "FROM base\nLABEL a=b\nCMD x";

    private const string FromScratch = "FROM scratch\nARG B=1\nCOPY a d /\nENV X=$B\nWORKDIR /q";

    public static TheoryData<string, string, string[]> Cases => new()
    {
        { "every instruction", Instructions, [] },
        { "every instruction, a layer each", Instructions, ["--layers"] },
        { "Docker format", DockerOnly, ["--format", "docker"] },
        { "several stages", Stages, [] },
        { "several stages, a layer each", Stages, ["--layers"] },
        { "an earlier target", Stages, ["--target", "one"] },
        { "an archive", Archive, [] },
        { "no change to a file", NoLayer, [] },
        { "no change to a file, a layer each", NoLayer, ["--layers"] },
        { "from scratch", FromScratch, [] },
        { "from scratch, a layer each", FromScratch, ["--layers"] },
        { "labels and arguments of the command line", "FROM base\nARG A\nRUN echo $A > /a", ["--label", "x=y z", "--build-arg", "A=given"] },
        { "squashed", "FROM base\nRUN rm /bin/vi && echo a > /a\nLABEL a=b", ["--squash"] },
        { "ignored files", "FROM base\nCOPY . /all/", [] },
    };

    [RequiresTheory(Needs.Root | Needs.Overlay | Needs.Binary, "buildah", "skopeo", "runc", "busybox", "getfattr")]
    [MemberData(nameof(Cases))]
    public async Task The_image_equals_the_one_buildah_builds(string name, string dockerfile, string[] flags)
    {
        _ = name;
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp, sandbox.Buildah);
        await WriteContextAsync(sandbox, dockerfile);

        await sandbox.BuildSharp.RunAsync(["bud", .. flags, "-t", "made", "context"]);
        // Chroot isolation would leave mount points behind that runc does not; both shall use the same runtime.
        await sandbox.Buildah.RunAsync(["bud", "--runtime", "runc", "--network", "host", .. flags, "-t", "made", "context"]);

        var ours = await BuiltImage.ReadAsync(sandbox.BuildahOnOurStore, "made");
        var theirs = await BuiltImage.ReadAsync(sandbox.Buildah, "made");
        Assert.Equal(theirs.Tree, ours.Tree);
        Assert.Equal(theirs.Config, ours.Config);
        Assert.Equal(theirs.History, ours.History);
    }

    private static async Task WriteContextAsync(Sandbox sandbox, string dockerfile)
    {
        sandbox.Write("context/Dockerfile", dockerfile);
        sandbox.Write("context/.dockerignore", "ignored\n*.log\n!keep.log\n");
        sandbox.Write("context/a", "a\n");
        sandbox.Write("context/d/b", "b\n");
        sandbox.Write("context/d/e/f", "f\n");
        sandbox.Write("context/ignored/x", "x\n");
        sandbox.Write("context/x.log", "x\n");
        sandbox.Write("context/keep.log", "x\n");
        await sandbox.Named("bash").RunAsync("-ec", """
            cd context
            chmod 4755 d/b; chmod 700 d/e; ln d/b d/hard; ln -s ../a d/soft; ln -s /nowhere d/dangling
            setfattr -n user.note -v kept a
            tar czf archive.tar.gz d a
            """);
    }
}
