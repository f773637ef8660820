using BuildSharp.Build;
using BuildSharp.Dockerfiles;

namespace BuildSharp.Tests.Build;

public class StepTextTests
{
    [Theory]
    [InlineData("RUN <<EOF (echo a)", "RUN <<EOF\necho a\nEOF\n")]
    [InlineData("RUN <<EOF (echo a...)", "RUN <<EOF\n\n  echo a\n\necho b\nEOF\n")]
    [InlineData("RUN <<EOF (echo a)", "RUN <<EOF\necho a\n\n  \nEOF\n")]
    [InlineData("RUN <<EOF ()", "RUN <<EOF\nEOF\n")]
    [InlineData("RUN <<-EOF (echo a...)", "RUN <<-EOF\n\techo a\n\techo b\n\tEOF\n")]
    [InlineData("RUN cat <<A <<B (a1) (b1...)", "RUN cat <<A <<B\na1\nA\nb1\nb2\nB\n")]
    [InlineData("COPY --chown=1 <<EOF x /d/ ((one)...)", "COPY --chown=1 <<EOF x /d/\n(one)\ntwo\nEOF\n")]
    [InlineData("RUN <<EOF (echo a...)", "RUN <<EOF\r\necho a\r\necho b\r\nEOF\r\n")]
    [InlineData("RUN echo a", "RUN echo a\n")]
    [InlineData("RUN <<EOF (git clone https://me:xxxxx@host/x)", "RUN <<EOF\ngit clone https://me:secret@host/x\nEOF\n")]
    public void The_first_line_of_each_heredoc_stands_in_brackets(string expected, string text) =>
        Assert.Equal(expected, StepText.Of(DockerfileParser.Parse("FROM scratch\n" + text, "Dockerfile").Stages[0].Instructions[0]));

    [Theory]
    [InlineData("FROM base", "FROM base")]
    [InlineData("FROM --platform=linux/arm64 base AS Name", "FROM --platform=$P base AS Name")]
    public void A_FROM_line_shows_its_platform(string expected, string text)
    {
        var dockerfile = DockerfileParser.Parse($"ARG P=linux/arm64\n{text}\n", "Dockerfile");
        var plan = BuildPlan.Create(dockerfile, new BuildRequest { Dockerfiles = dockerfile.Sources, Context = new BuildContext("/nowhere") });
        Assert.Equal(expected, StepText.Of(plan.Graph.Stages[0], plan.Scope, "base"));
    }
}
