using BuildSharp.Testing;

namespace BuildSharp.Tests.Cli;

public class DockerfileVerbTests
{
    private const string Dockerfile =
        """
        # syntax=docker/dockerfile:1
        ARG VERSION=1.2
        ARG ARCH=arm64
        FROM --platform=linux/$ARCH golang:$VERSION AS build
        ARG VERSION
        ENV NAME="my app" FILE=app-${VERSION#v}
        WORKDIR /src
        COPY --chown=$USERID:0 --exclude=*.$EXT go.* $FILE ./
        RUN --mount=type=cache,target=/cache/$VERSION go build
        RUN <<SCRIPT
        echo "$VERSION"
        SCRIPT
        FROM alpine:3 AS unused
        FROM scratch
        ARG USERID=65534 PORTS
        COPY --from=build --link /src/app /app
        COPY --from=busybox:1 /bin/sh /bin/
        COPY <<etc/config "a" /etc/
        user=${USERID:-none}
        etc/config
        LABEL name=$NAME version="1 2"
        LABEL legacy $HOME at home
        EXPOSE 8000-8001/tcp $PORTS
        VOLUME ["/data/$USERID"]
        USER $USERID
        STOPSIGNAL SIGQUIT
        HEALTHCHECK --interval=5s CMD ["/app", "check"]
        ONBUILD COPY $X /x
        ENTRYPOINT ["/app"]
        CMD $NOT expanded
        """;

    [Theory]
    [InlineData("ast")]
    [InlineData("ast", "--json")]
    [InlineData("stages")]
    [InlineData("stages", "--json")]
    [InlineData("stages", "--target=unused")]
    [InlineData("expand", "--build-arg=VERSION=v3", "--build-arg=PORTS=1 2/udp", "--build-arg=ARCH=s390x")]
    [InlineData("expand", "--json")]
    [InlineData("expand", "--target=build")]
    public void A_file_is_shown_as_it_is_understood(string what, params string[] flags)
    {
        var line = new CommandLine { Input = Dockerfile };
        line.Environment["EXT"] = "not read";
        var (status, output, error) = line.Run(["dockerfile", what, "-", .. flags]);
        Assert.Equal((0, ""), (status, error));
        Snapshot.Match(output, variant: $"{what}{string.Concat(flags).Replace('/', '-').Replace(' ', '-')}");
    }

    [Fact]
    public void A_variable_takes_the_callers_value_where_the_flag_has_none()
    {
        var line = new CommandLine { Input = "ARG A\nARG B\nFROM $A$B\n" };
        line.Environment["A"] = "from-here";
        Assert.Equal("(arg \"A=from-here\")\n(arg \"B\")\n(from \"from-here\")\n", line.Run("dockerfile", "expand", "-", "--build-arg", "A", "--build-arg", "B").Out);
    }

    [Fact]
    public void A_file_with_mistakes_shows_what_could_be_read_and_then_the_mistakes()
    {
        var line = new CommandLine { Input = "FROM a\nCPOY x y\nRUN ok\nCOPY --form=x a b\n" };
        var (status, output, error) = line.Run("dockerfile", "ast", "-");
        Assert.Equal(125, status);
        Snapshot.Match(output + error);
    }

    [Fact]
    public void Every_word_that_cannot_be_expanded_is_told()
    {
        var line = new CommandLine { Input = "FROM scratch\nENV A=\"${X:?set X}\"\nRUN kept\nUSER ${Y:?set Y}\n" };
        var (status, output, error) = line.Run("dockerfile", "expand", "-");
        Assert.Equal((125, "(from \"scratch\")\n(run \"kept\")\n"), (status, output));
        Assert.Contains("-:2:1: failed to process \"\\\"${X:?set X}\\\"\": X: set X\n", error);
        Assert.Contains("-:4:1: failed to process \"${Y:?set Y}\": Y: set Y\n", error);
    }

    [Fact]
    public void A_file_is_named_as_it_was_typed()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("sub/Dockerfile", "FORM a\n");
        var line = new CommandLine { Directory = directory.Path };
        Assert.EndsWith("\nError: sub/Dockerfile:1:1: unknown instruction: FORM (did you mean FROM?)\n", line.Run("dockerfile", "ast", "sub/Dockerfile").Error);
        Assert.StartsWith("Dockerfile:1:1: error: ", new CommandLine { Directory = directory["sub"] }.Run("bud", "--check").Out);
    }

    [Theory]
    [InlineData("Error: accepts 2 arg(s), ast, stages or expand and a file, received 1\n", "ast")]
    [InlineData("Error: unknown command \"stage\" for \"buildsharp dockerfile\" (did you mean stages?)\n", "stage", "-")]
    [InlineData("Error: nowhere: no such file or directory\n", "ast", "nowhere")]
    [InlineData("Error: tmp: this is a directory, not a file\n", "ast", "tmp")]
    [InlineData("Error: --target changes nothing about the tree of \"dockerfile ast\"; \"expand\" shows what it does\n", "ast", "-", "--target", "x")]
    public void A_wrong_command_line_is_refused(string error, params string[] words) =>
        Assert.Equal((125, "", error), new CommandLine().Run(["dockerfile", .. words]));

    [Fact]
    public void Completion_knows_what_can_be_shown() =>
        Assert.StartsWith("stages\n", new CommandLine().Run("[suggest:24]", "buildsharp dockerfile st").Out);
}
