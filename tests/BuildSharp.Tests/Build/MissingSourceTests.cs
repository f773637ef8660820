using BuildSharp.Build;
using BuildSharp.Build.Instructions;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Ignoring;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Build;

public class MissingSourceTests
{
    [Theory]
    [InlineData("COPY dist/app.whl /", "The context has dist/app.whl, but .dockerignore line 2 (\"dist\") excludes it.")]
    [InlineData("COPY node_modules /", "The context has node_modules/, but .dockerignore line 5 (\"**/node_modules\") excludes it.")]
    [InlineData("COPY --exclude=docker/*.sh docker/*.sh /", "The context has docker/entrypoint.sh, but --exclude excludes it.")]
    [InlineData("COPY *.log /", "The context has build.log, but .dockerignore line 3 (\"*.log\") excludes it.")]
    [InlineData("COPY *.log readme.md /", "The context has build.log, but .dockerignore line 3 (\"*.log\") excludes it.")]
    [InlineData("COPY readme.md /", "The context has \"README.md\": upper and lower case differ.")]
    [InlineData("COPY Src/main.c /", "The context has \"src\": upper and lower case differ.")]
    [InlineData("COPY *.MD /", "The context has \"README.md\": upper and lower case differ.")]
    [InlineData("COPY src/mian.c /", "The context has src/, which has \"main.c\"; did you mean that?")]
    [InlineData("COPY entrypoint.sh /", "The context has \"docker/entrypoint.sh\"; sources are looked for from the root of the context.")]
    [InlineData("COPY src/nothing-like-it /", "The context has src/, which has only lib, main.c.")]
    [InlineData("COPY empty/nowhere /", "The context has empty/, which is empty.")]
    [InlineData("COPY README.md/x /", "\"README.md\" is a file, so nothing lies below it.")]
    [InlineData("COPY ../other /", "\"../other\" lies outside the context. COPY and ADD see only what is inside it: build from a directory further up, and name this file with -f.")]
    [InlineData("COPY src/../.. /", "\"src/../..\" lies outside the context. COPY and ADD see only what is inside it: build from a directory further up, and name this file with -f.")]
    [InlineData("COPY src/mai[n.c /", "\"mai[n.c\" is no pattern: [ begins a class of characters, such as [a-z], that ] has to end. For a name with a bracket write [[].")]
    [InlineData("COPY README.md ma[] /", "\"ma[]\" is no pattern: [ begins a class of characters, such as [a-z], that ] has to end. For a name with a bracket write [[].")]
    [InlineData("COPY [\"README.md\\\\\", \"/\"]", "\"README.md\\\" is no pattern: a backslash makes the character behind it mean itself, and there is none.")]
    [InlineData("COPY ~/.ssh/id /", "~ stands for a home directory only in a shell.")]
    [InlineData("COPY lost /", "The context has lost, a link to src/gone, which is not there.")]
    [InlineData("COPY docker/abs /", "The context has docker/abs, a link to /nowhere, which is not there; links are followed inside it only.")]
    [InlineData("COPY docker/app /", "The context has docker/app, a link to ../dist/app.whl, which .dockerignore line 2 (\"dist\") excludes.")]
    [InlineData("COPY /etc/hostname /", "/etc/hostname of this machine is outside the context; sources are looked for inside it.")]
    public void What_a_person_may_have_overlooked_is_told(string line, string hint)
    {
        using var context = Context();
        Assert.True(Explain(line, context, out var span, out var hints));
        Assert.Equal(hint, Assert.Single(hints!));
        Assert.InRange(span.Start.Column, 6, line.Length);
    }

    [Fact]
    public void A_path_of_this_machine_inside_the_context_is_shown_as_it_should_be_written()
    {
        using var context = Context();
        Assert.True(Explain($"COPY {context["src/main.c"]} /", context, out _, out var hints));
        Assert.Equal(["A leading slash means the root of the context: write \"src/main.c\"."], hints);
    }

    [Theory]
    [InlineData("COPY README.md /")]
    [InlineData("COPY . /")]
    [InlineData("COPY src/*.c *.none /")]
    [InlineData("COPY dist/kept /")]
    [InlineData("COPY link/main.d /")]
    [InlineData("COPY <<EOF /x\nEOF")]
    public void Nothing_is_said_about_sources_that_are_there_or_lie_behind_links(string line)
    {
        using var context = Context();
        Assert.False(Explain(line, context, out _, out _));
    }

    [Fact]
    public void Of_a_stage_the_name_is_told_and_no_ignore_file_counts()
    {
        using var root = Context();
        var copy = (AddOrCopyInstruction)DockerfileParser.Parse("FROM a\nCOPY --from=build /dist/App.whl /\n", "Dockerfile").Stages[0].Instructions[0];
        Assert.True(new MissingSource(copy, root.Path, null).TryExplain(out _, out var hints));
        Assert.Equal(["\"build\" has dist/, which has \"app.whl\": upper and lower case differ."], hints);
    }

    private static bool Explain(string line, TemporaryDirectory context, out SourceSpan span, out IReadOnlyList<string>? hints)
    {
        var transfer = (AddOrCopyInstruction)DockerfileParser.Parse("FROM a\n" + line + "\n", "Dockerfile").Stages[0].Instructions[0];
        var ignoreFile = context[".dockerignore"];
        var build = new BuildContext(context.Path, IgnoreFile.Parse(File.ReadAllText(ignoreFile)), ignoreFile);
        return new MissingSource(transfer, context.Path, build).TryExplain(out span, out hints);
    }

    private static TemporaryDirectory Context()
    {
        var directory = new TemporaryDirectory();
        directory.Write(".dockerignore", "# made by the build\ndist\n*.log\n!dist/kept\n**/node_modules\n");
        foreach (var file in new[] { "dist/app.whl", "dist/kept", "README.md", "src/main.c", "src/lib/x", "docker/entrypoint.sh", "build.log", "node_modules/a.js" })
        {
            directory.Write(file, "");
        }

        directory.MakeDirectory("empty");
        File.CreateSymbolicLink(directory["link"], "src");
        File.CreateSymbolicLink(directory["lost"], "src/gone");
        File.CreateSymbolicLink(directory["docker/abs"], "/nowhere");
        File.CreateSymbolicLink(directory["docker/app"], "../dist/app.whl");
        return directory;
    }
}
