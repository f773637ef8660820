using System.Globalization;
using System.Text;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Ignoring;
using BuildSharp.Dockerfiles.Lint;
using Xunit.Abstractions;

namespace BuildSharp.Tests.Dockerfiles;

/// <summary>Large and hostile files: nothing hangs, nothing overflows the stack. The clock counts this thread's time on a processor, so that
/// a busy machine does not fail the tests; the usual times are far below the limit and are printed.</summary>
public class HostileInputTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static TheoryData<string> Shapes => [.. Inputs.Keys];

    private static readonly Dictionary<string, Func<string>> Inputs = new()
    {
        ["5,000 instructions"] = () => "FROM a\n" + string.Concat(Enumerable.Range(0, 5000).Select(i => $"RUN --network=none echo {i} && cp a b\n")),
        ["10 MB heredoc"] = () => "FROM a\nCOPY <<EOF /x\n" + Repeat("some line of text\n", 600_000) + "EOF\n",
        ["1 MB line"] = () => "FROM a\nRUN " + Repeat("word ", 200_000) + "\n",
        ["1 MB of ENV words"] = () => "FROM a\nENV " + Repeat("a=b ", 250_000) + "\n",
        ["1 MB of flags"] = () => "FROM a\nRUN " + Repeat("--mount=x ", 100_000) + "\n",
        ["1 MB of continuations"] = () => "FROM a\nRUN x" + Repeat("\\\n#c\n\n", 150_000) + "\n",
        ["nested JSON"] = () => "FROM a\nRUN " + Repeat("[", 1_000_000) + "\n",
        ["nested ONBUILD"] = () => "FROM a\n" + Repeat("ONBUILD ", 100_000) + "RUN x\n",
        ["100,000 stages"] = () => string.Concat(Enumerable.Range(0, 100_000).Select(i => $"FROM a AS s{i}\n")),
        ["null bytes"] = () => "FROM a\nRUN " + Repeat("\0", 1_000_000) + "\n",
        ["100,000 unknown instructions"] = () => Repeat("NOSUCH thing\n", 100_000),
        ["100,000 heredocs on a line"] = () => "FROM a\nRUN " + Repeat("<<E ", 100_000) + "\n" + Repeat("E\n", 100_000),
        ["1 MB of quotes"] = () => "FROM a\nENV a=" + Repeat("'\"", 500_000) + "\n",
        ["1 MB of backslashes"] = () => "FROM a\nENV a=" + Repeat("\\", 1_000_001) + "\n",
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Parsing_takes_linear_time(string shape)
    {
        var text = Inputs[shape]();
        DockerfileParser.Read([new SourceText("FROM warm\nRUN up <<E\nE\n", "Dockerfile")]);
        var start = ProcessorTime();
        var dockerfile = DockerfileParser.Read([new SourceText(text, "Dockerfile")]);
        output.WriteLine($"{shape}: {text.Length:N0} characters in {(ProcessorTime() - start).TotalMilliseconds:N0} ms");
        _ = DiagnosticText.Render(dockerfile.Diagnostics);
        Linter.Run(new LintContext(dockerfile, new BuildArguments()));
        var spent = ProcessorTime() - start;
        Assert.True(spent < Patience, $"{shape}: {spent}");
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
        var start = ProcessorTime();
        var value = Repeat("a", 5000);
        Assert.Equal(value, VariableExpansion.Expand($"${{v#{Repeat("*a", 50)}b}}", _ => value));
        Assert.Equal(value, VariableExpansion.Expand($"${{v//{Repeat("*a", 50)}b/x}}", _ => value));
        Assert.False(PathGlob.Parse(Repeat("**/a*", 20) + "b").Matches(Repeat("a/", 500)));
        Assert.True(ProcessorTime() - start < Patience);
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
            for (var n = random.Next(40); n > 0; n--) text.Append(pieces[random.Next(pieces.Length)]);
            try
            {
                var dockerfile = DockerfileParser.Read([SourceText.FromBytes(Encoding.Latin1.GetBytes(text.ToString()), "Dockerfile")]);
                _ = DiagnosticText.Render(dockerfile.Diagnostics) + TreeDump.Of(dockerfile.Statements);
                Linter.Run(new LintContext(dockerfile, new BuildArguments()));
                foreach (var instruction in dockerfile.Instructions) instruction.Expand(name => name == "a" ? "v" : null);
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

    /// <summary>Time this thread has run, from the scheduler's own book.</summary>
    private static TimeSpan ProcessorTime() => TimeSpan.FromTicks(
        long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture) / 100);

    private static string Repeat(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();
}
