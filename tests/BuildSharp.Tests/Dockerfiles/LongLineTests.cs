using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Instructions;

namespace BuildSharp.Tests.Dockerfiles;

/// <summary>Lines with a thousand words, flags or heredocs.</summary>
public class LongLineTests
{
    private const int Many = 1000;

    [Fact]
    public void Words_of_a_long_line_are_those_written_at_their_places()
    {
        var ports = One<ExposeInstruction>("EXPOSE " + Joined(" \\\n", i => $"{i}")).Ports;
        Assert.Equal(Many, ports.Count);
        Assert.Equal(Numbers(i => $"{i} at {i + 2}:{(i == 0 ? 8 : 1)}"), ports.Select(port => $"{port.Text} at {port.Span.Start}"));
        Assert.Equal("17", ports[17].Text);
        Assert.Equal($"{Many - 1}", ports[^1].Text);
    }

    [Fact]
    public void A_long_JSON_array_has_its_elements() => Assert.Equal(
        Numbers(i => $"\"{i}"),
        Assert.IsType<ExecCommand>(One<RunInstruction>($"RUN [{Joined(" , ", i => $"\"\\\"{i}\"")}]").Command).Arguments);

    [Fact]
    public void Long_pairs_keep_their_quotes_until_they_are_expanded()
    {
        var label = One<LabelInstruction>("LABEL " + Joined(" ", i => $"n{i}=\"$v {i}\"") + "\\");
        Assert.Equal(Numbers(i => $"n{i}=\"$v {i}\""), label.Pairs.Select(pair => $"{pair.Name}={pair.Value}"));
        var expanded = (LabelInstruction)label.Expand(name => name == "v" ? "w" : null);
        Assert.Equal(Numbers(i => $"n{i}=w {i}"), expanded.Pairs.Select(pair => $"{pair.Name}={pair.Value}"));
    }

    [Fact]
    public void A_mistake_late_in_a_long_list_is_found_where_it_is()
    {
        var missing = Read("LABEL " + Joined(" ", i => i == Many - 1 ? "oops" : $"n{i}=1")).Diagnostics.Single();
        Assert.Contains("can't find = in \"oops\"", missing.Message);
        var required = One<LabelInstruction>("LABEL " + Joined(" ", i => i == Many - 1 ? "a=${v:?}" : $"n{i}=1"));
        Assert.Throws<DockerfileException>(() => required.Expand(_ => null));
    }

    [Fact]
    public void Repeated_flags_all_count()
    {
        var copy = One<CopyInstruction>("COPY " + Joined(" ", i => $"--exclude='{i} x'") + " a /b");
        Assert.Equal(Numbers(i => $"{i} x"), copy.Excludes);
        var run = One<RunInstruction>("RUN " + Joined(" ", i => $"--mount=type=cache,target=/{i}") + " " + Joined(" ", i => $"--device=d{i}") + " x");
        Assert.Equal(Numbers(i => $"/{i}"), run.Mounts.Select(mount => mount.Options.Target));
        Assert.Equal(Numbers(i => $"d{i}"), run.Devices.Select(device => device.Name));
        var shown = ExpandedStatement.Of(run.Expand(_ => null), BuildScope.Global(new BuildArguments()));
        Assert.Equal(2 * Many, shown.Flags.Count);
    }

    [Fact]
    public void Each_of_many_heredocs_is_the_source_whose_word_it_is()
    {
        var text = "COPY " + Joined(" ", i => i % 2 == 0 ? $"<<F{i}" : $"f{i}") + " /d/\n" +
            string.Concat(Numbers(i => i % 2 == 0 ? $"body of {i}\nF{i}\n" : "")) + "CMD x";
        var dockerfile = Read(text);
        Assert.Empty(dockerfile.Diagnostics);
        var sources = ((CopyInstruction)dockerfile.Stages[0].Instructions[0]).Sources;
        Assert.Equal(
            Numbers(i => i % 2 == 0 ? $"F{i}: body of {i}\n" : $"f{i}"),
            sources.Select(source => source is HeredocSource file ? $"{file.Name}: {file.Content}" : ((PathSource)source).Path));
        Assert.IsType<CmdInstruction>(dockerfile.Stages[0].Instructions[1]);
        Assert.Equal(2 + Many, dockerfile.Stages[0].Instructions[1].Span.Start.Line - 1);
    }

    [Fact]
    public void Comments_above_are_read_where_they_stand()
    {
        var comments = Read(Joined("\n\n", i => $"# comment {i} \r") + "\nCMD x").Statements[1].Comments;
        Assert.Equal(Numbers(i => $"comment {i} at {2 + 2 * i}:1"), comments.Select(comment => $"{comment.Text} at {comment.Span.Start}"));
    }

    [Fact]
    public void Arguments_of_a_long_line_take_effect_one_after_another()
    {
        var arg = One<ArgInstruction>("ARG a=x " + Joined(" ", i => $"a=${{a}}{(i % 100 == 0 ? "y" : "")}"));
        var scope = BuildScope.Global(new BuildArguments()).EnterStage([]).Declare(arg);
        Assert.Equal("xyyyyyyyyyy", scope.Lookup("a"));
    }

    [Theory]
    [InlineData("ENV a=$a$a")]
    [InlineData("ARG a=$a$a")]
    [InlineData("ENV a=${a//x/$a}")]
    [InlineData("ENV a=${b:-$a$a}")]
    public void A_word_that_doubles_again_and_again_is_refused(string line)
    {
        var error = Assert.Throws<DockerfileException>(() => Expanded("ARG a=xx\n" + string.Concat(Enumerable.Repeat(line + "\n", 40))));
        Assert.Contains("variables make more than 131,072 characters of it", error.Message);
    }

    [Fact]
    public void Many_long_values_are_refused()
    {
        var doubling = string.Concat(Enumerable.Repeat("ENV a=$a$a\n", 16));
        var error = Assert.Throws<DockerfileException>(() => Expanded("ENV a=xx\n" + doubling + string.Concat(Numbers(i => $"ENV v{i}=$a\n"))));
        Assert.Contains("the values of ENV and ARG come to more than 16,777,216 characters", error.Message);
    }

    [Fact]
    public void A_long_text_with_short_variables_is_expanded()
    {
        var text = string.Concat(Enumerable.Repeat("$v ", 100_000));
        Assert.Equal(text.Replace("$v", "1.2.3", StringComparison.Ordinal), VariableExpansion.Expand(text, _ => "1.2.3"));
    }

    private static void Expanded(string text)
    {
        var scope = BuildScope.Global(new BuildArguments()).EnterStage([]);
        foreach (var instruction in Read(text).Stages[0].Instructions)
        {
            if (instruction.Expand(scope.Lookup) is EnvInstruction env)
            {
                scope = scope.Set(env);
            }
            else
            {
                scope = scope.Declare((ArgInstruction)instruction);
            }
        }
    }

    private static T One<T>(string line) where T : Instruction
    {
        var dockerfile = Read(line);
        Assert.Empty(dockerfile.Diagnostics);
        return Assert.IsType<T>(dockerfile.Stages[0].Instructions.Single());
    }

    private static Dockerfile Read(string text) => DockerfileParser.Read([new SourceText("FROM scratch\n" + text + "\n", "Dockerfile")]);

    private static IEnumerable<string> Numbers(Func<int, string> text) => Enumerable.Range(0, Many).Select(text);

    private static string Joined(string separator, Func<int, string> text) => string.Join(separator, Numbers(text));
}
