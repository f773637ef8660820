using System.Text;
using BuildSharp.Build;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Dockerfiles.Lint;
using BuildSharp.Dockerfiles.Statements;
using BuildSharp.Notation;
using Xunit.Abstractions;

namespace BuildSharp.Tests.Dockerfiles;

/// <summary>Large and hostile files: nothing hangs, nothing overflows the stack, and four times the text takes about four times the memory.
/// HostileDockerfileTests measures the published binary, tests/bench/dockerfiles.sh also larger files.</summary>
public class HostileInputTests(ITestOutputHelper output)
{
    public static TheoryData<string> Shapes => [.. Inputs.Keys];

    private static readonly Dictionary<string, (int Count, Func<int, string> Text)> Inputs = new()
    {
        ["many instructions"] = (4_400, n => "FROM a\n" + Numbered(n, i => $"RUN --network=none echo {i} && cp a b\n")),
        ["a long heredoc"] = (150_000, n => "FROM a\nCOPY <<EOF /x\n" + Repeat("some line of text\n", n) + "EOF\n"),
        ["a long line"] = (50_000, n => "FROM a\nRUN " + Repeat("word ", n) + "\n"),
        ["a line of ENV words"] = (62_500, n => "FROM a\nENV " + Repeat("a=b ", n) + "\n"),
        ["a line of flags"] = (25_000, n => "FROM a\nRUN " + Repeat("--mount=x ", n) + "\n"),
        ["a line of continuations"] = (37_500, n => "FROM a\nRUN x" + Repeat("\\\n#c\n\n", n) + "\n"),
        ["nested JSON"] = (250_000, n => "FROM a\nRUN " + Repeat("[", n) + "\n"),
        ["nested ONBUILD"] = (25_000, n => "FROM a\n" + Repeat("ONBUILD ", n) + "RUN x\n"),
        ["many stages"] = (25_000, n => Numbered(n, i => $"FROM a AS s{i}\n")),
        ["many stages on each other"] = (5_000, n => "FROM a AS s\n" + Numbered(n, i => $"FROM s AS s\nENV v{i}=$w{i}\nCMD x\n")),
        ["many global arguments"] = (5_000, n => Numbered(n, i => $"ARG a{i}=x\n") + Numbered(n, i => $"FROM $a{i}\n")),
        ["null bytes"] = (250_000, n => "FROM a\nRUN " + Repeat("\0", n) + "\n"),
        ["many unknown instructions"] = (25_000, n => Repeat("NOSUCH thing\n", n)),
        ["many heredocs on a line"] = (25_000, n => "FROM a\nRUN " + Repeat("<<E ", n) + "\n" + Repeat("E\n", n)),
        ["a line of quotes"] = (125_000, n => "FROM a\nENV a=" + Repeat("'\"", n) + "\n"),
        ["a line of backslashes"] = (250_000, n => "FROM a\nENV a=" + Repeat("\\", n + 1) + "\n"),
        ["many comments above an instruction"] = (25_000, n => Repeat("# check=skip=JSONArgsRecommended\n", n) + "FROM a\nCMD x\n"),
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Four_times_the_text_takes_four_times_the_memory(string shape)
    {
        var (count, text) = Inputs[shape];
        Judge(text(10));
        var quarter = Judge(text(count / 4));
        var whole = Judge(text(count));
        Assert.True(whole < 6 * quarter + 1_000_000, $"{shape}: {quarter:N0} bytes allocated for a quarter, {whole:N0} for the whole");
    }

    /// <summary>Everything that is done with a file before a build, and how many bytes were allocated for it on the way.</summary>
    private static long Judge(string text)
    {
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var dockerfile = DockerfileParser.Read([new SourceText(text, "Dockerfile")]);
        _ = DiagnosticText.Render(dockerfile.Diagnostics);
        if (dockerfile.ErrorCount == 0)
        {
            var request = new BuildRequest { Dockerfiles = dockerfile.Sources, Context = new BuildContext("/nowhere") };
            try
            {
                BuildPlan.Create(dockerfile, request);
            }
            catch (DockerfileException)
            {
                // Some of these texts cannot be expanded; what matters is that they are refused in time.
            }
        }

        Linter.Run(new LintContext(dockerfile, new BuildArguments()));
        return GC.GetAllocatedBytesForCurrentThread() - bytes;
    }

    [Fact]
    public void The_command_of_many_heredocs_is_put_together_in_linear_time()
    {
        long Allocated(int heredocs)
        {
            var numbers = Enumerable.Range(0, heredocs).ToList();
            var text = $"FROM a\nRUN {string.Join(' ', numbers.Select(number => $"<<E{number}"))}\n{string.Concat(numbers.Select(number => $"x\nE{number}\n"))}";
            var run = (RunInstruction)DockerfileParser.Parse([new SourceText(text, "Dockerfile")]).Instructions.Last();
            var bytes = GC.GetAllocatedBytesForCurrentThread();
            Assert.EndsWith($"E{heredocs - 1}", run.ShellText, StringComparison.Ordinal);
            return GC.GetAllocatedBytesForCurrentThread() - bytes;
        }

        Allocated(10);
        Assert.InRange(Allocated(2_000), 0, 6 * Allocated(500));
    }

    [Fact]
    public void Deeply_nested_substitutions_are_refused()
    {
        var word = Repeat("${a:-", 100_000) + "x" + Repeat("}", 100_000);
        Assert.Contains("nested", Assert.Throws<ExpansionException>(() => VariableExpansion.Expand(word, _ => null)).Reason);
    }

    [Fact]
    public void No_pattern_takes_exponential_time()
    {
        var value = Repeat("a", 5000);
        Assert.Equal(value, VariableExpansion.Expand($"${{v#{Repeat("*a", 50)}b}}", _ => value));
        Assert.Equal(value, VariableExpansion.Expand($"${{v//{Repeat("*a", 50)}b/x}}", _ => value));
        Assert.False(PathGlob.Parse(Repeat("**/a*", 20) + "b").Matches(Repeat("a/", 500)));
    }

    [Fact]
    public void A_pattern_that_takes_too_many_steps_is_refused()
    {
        var value = Repeat("a", 100_000);
        var error = Assert.Throws<ExpansionException>(() => VariableExpansion.Expand($"${{v//{Repeat("?*", 20_000)}b/x}}", _ => value));
        Assert.Contains("pattern and value are too long for each other", error.Reason);
    }

    [Fact]
    public void Random_bytes_never_do_worse_than_an_error()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("BUILDSHARP_SEED"), out var given) ? given : Environment.TickCount;
        var random = new Random(seed);
        string[] pieces = ["FROM ", "RUN ", "ENV ", "COPY ", "ONBUILD ", "HEALTHCHECK ", "--mount=", "--from=", "<<E", "<<-'E'", "\nE\n", "\\\n", "\n", "\r\n",
            "[\"", "\"]", "${a", ":-", "}", "'", "\"", "$", "=", " ", "\t", "#", "`", "\uFEFF", "\0", "\xff", "é", ",", "a", "/", "*", "[", "type=bind"];
        const int Tries = 3000;
        for (var i = 0; i < Tries; i++)
        {
            var text = new StringBuilder();
            for (var n = random.Next(40); n > 0; n--)
            {
                text.Append(pieces[random.Next(pieces.Length)]);
            }

            try
            {
                var dockerfile = DockerfileParser.Read([SourceText.FromBytes(Encoding.Latin1.GetBytes(text.ToString()), "Dockerfile")]);
                _ = DiagnosticText.Render(dockerfile.Diagnostics) + TreeDump.Of(dockerfile.Statements);
                Linter.Run(new LintContext(dockerfile, new BuildArguments()));
                foreach (var instruction in dockerfile.Instructions)
                {
                    instruction.Expand(name => name == "a" ? "v" : null);
                }
            }
            catch (DockerfileException)
            {
                // What a mistake in an expansion or in a check directive must be.
            }
            catch (Exception error)
            {
                Assert.Fail($"BUILDSHARP_SEED={seed}, input {i}: {GoQuoting.Quote(text.ToString())}\n{error}");
            }
        }

        output.WriteLine($"{Tries} inputs, BUILDSHARP_SEED={seed}");
    }

    private static string Numbered(int count, Func<int, string> line) => string.Concat(Enumerable.Range(0, count).Select(line));

    private static string Repeat(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();
}
