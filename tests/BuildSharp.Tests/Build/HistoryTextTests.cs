using BuildSharp.Build;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Oci;

namespace BuildSharp.Tests.Build;

/// <summary>The texts were read off images that buildah 1.43 made of these lines.</summary>
public class HistoryTextTests
{
    [Theory]
    [InlineData("ENV E=$A F=\"a b\"", "/bin/sh -c #(nop) ENV E=$A F=\"a b\"")]
    [InlineData("expose 80 53/UDP", "/bin/sh -c #(nop) expose 80 53/UDP")]
    [InlineData("RUN echo hi \\\n  # comment\n  > /hi", "/bin/sh -c echo hi   > /hi")]
    [InlineData("RUN [\"echo\",\"exec form\"]", "/bin/sh -c [\"echo\",\"exec form\"]")]
    [InlineData("RUN", "/bin/sh -c ")]
    [InlineData("ARG A=1\nRUN x", "|1 A=1 /bin/sh -c x")]
    [InlineData("ARG Z=1\nARG B=2\nRUN echo $Z", "|2 B=2 Z=env /bin/sh -c echo $Z")]
    [InlineData("ARG A=x\nARG NOVAL", "/bin/sh -c #(nop) ARG A")]
    [InlineData("ARG Z=1\nARG B=2", "/bin/sh -c #(nop) ARG B Z")]
    [InlineData("COPY a /x/", "/bin/sh -c #(nop) COPY file:12 in /x/      ")]
    [InlineData("ADD --chown=1 [\"a\", \"/x y\"]", "/bin/sh -c #(nop) ADD file:12 in /x y      ")]
    [InlineData("ONBUILD RUN echo triggered", "/bin/sh -c #(nop) ONBUILD RUN echo triggered")]
    public void An_entry_reads_as_buildahs(string lines, string expected) => Assert.Equal(expected, TextOf(lines, Request));

    [Fact]
    public void The_entry_of_RUN_tells_the_content_of_its_bind_mounts()
    {
        var lines = "ARG A=1\nRUN --mount=target=/m <<E\n a\nE\n";
        Assert.Equal("|1 A=1 /bin/sh -c --mount=target=/m <<E\n a:sha256:1:sha256:2", TextOf(lines, Request, mounted: ":sha256:1:sha256:2"));
        var forced = TextOf("RUN --mount=target=/m x", Request with { Timestamp = new Timestamp(5) }, mounted: ":sha256:1");
        Assert.Equal("/bin/sh -c --mount=target=/m x:sha256:1|force-mtime=5", forced);
    }

    [Theory]
    [InlineData("RUN <<E\n\n a\n\nE\n", "/bin/sh -c <<E\n\n a\n")]
    [InlineData("RUN <<E\na\nE\n", "/bin/sh -c <<E\na")]
    [InlineData("RUN <<E\r\na\r\nE\r\n", "/bin/sh -c <<E\na")]
    public void Blanks_around_a_heredoc_are_part_of_the_step(string lines, string expected) => Assert.Equal(expected, TextOf(lines, Request));

    [Theory]
    [InlineData("RUN x", "/bin/sh -c x|force-mtime=5", "/bin/sh -c x|clamp-mtime=5")]
    [InlineData("COPY a /x/", "/bin/sh -c #(nop) COPY file:12 in /x/     |force-mtime=5 ", "/bin/sh -c #(nop) COPY file:12 in /x/     |clamp-mtime=5 ")]
    [InlineData("ENV A=b", "/bin/sh -c #(nop) ENV A=b|force-mtime=5", "/bin/sh -c #(nop) ENV A=b|clamp-mtime=5")]
    [InlineData("ARG A=b", "/bin/sh -c #(nop) ARG A|force-mtime=5", "/bin/sh -c #(nop) ARG A|clamp-mtime=5")]
    public void An_entry_tells_the_times_that_files_were_given(string line, string forced, string clamped)
    {
        var latest = Request with { SourceDateEpoch = new Timestamp(5) };
        Assert.Equal(forced, TextOf(line, Request with { Timestamp = new Timestamp(5) }));
        Assert.Equal(clamped, TextOf(line, latest with { RewriteTimestamp = true }));
        Assert.Equal(TextOf(line, Request), TextOf(line, latest));
    }

    [Theory]
    [InlineData("ENV A=b", "ENV A=b|unsetLabel=x|unsetLabel=w|inheritLabels=false", "|unsetAnnotation=am|unsetAnnotation=an|inheritAnnotations=falsez=1,a=2")]
    [InlineData("COPY a /", "COPY file:12 in / |unsetLabel=x|unsetLabel=w |inheritLabels=false", " |unsetAnnotation=am|unsetAnnotation=an |inheritAnnotations=false  z=1,a=2")]
    public void An_entry_tells_the_flags_that_change_the_image_and_the_last_one_those_for_annotations(string line, string expected, string last)
    {
        var request = Request with
        {
            UnsetLabels = ["x", "w"],
            InheritLabels = false,
            UnsetAnnotations = ["an", "am"],
            InheritAnnotations = false,
            Annotations = [new("z", "1"), new("a", "2")],
        };
        var between = line.StartsWith("COPY", StringComparison.Ordinal) ? "    " : "";
        Assert.Equal($"/bin/sh -c #(nop) {expected}{between}", TextOf(line, request));
        Assert.Equal($"/bin/sh -c #(nop) {expected}{last}", TextOf(line, request, isResult: true));
    }

    private static BuildRequest Request { get; } = new() { Dockerfiles = [], Context = new BuildContext("/") };

    private static string TextOf(string lines, BuildRequest request, bool isResult = false, string mounted = "")
    {
        var plan = BuildPlanTests.Plan("FROM scratch\n" + lines);
        var scope = plan.Scope.EnterStage([new("Z", "env")]);
        var text = "";
        foreach (var instruction in plan.Graph.Stages[0].Instructions)
        {
            if (instruction is ArgInstruction arg)
            {
                scope = scope.Declare(arg);
            }

            text = HistoryText.Of(instruction, instruction is RunInstruction ? mounted : "file:12", scope, request, isResult);
        }
        return text;
    }
}
