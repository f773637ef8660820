using System.Globalization;
using System.Text;
using BuildSharp.Build;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Ignoring;
using BuildSharp.Dockerfiles.Lint;
using Xunit.Abstractions;

namespace BuildSharp.Tests.Dockerfiles;

/// <summary>Large and hostile files: nothing hangs, nothing overflows the stack, and four times the text takes about four times the memory.
/// Times are printed and not judged: that is the benchmark's to do.</summary>
public class HostileInputTests(ITestOutputHelper output)
{
    public static TheoryData<string> Shapes => [.. Inputs.Keys];

    private static readonly Dictionary<string, (int Count, Func<int, string> Text)> Inputs = new()
    {
        ["5,000 instructions"] = (5000, n => "FROM a\n" + Numbered(n, i => $"RUN --network=none echo {i} && cp a b\n")),
        ["10 MB heredoc"] = (600_000, n => "FROM a\nCOPY <<EOF /x\n" + Repeat("some line of text\n", n) + "EOF\n"),
        ["1 MB line"] = (200_000, n => "FROM a\nRUN " + Repeat("word ", n) + "\n"),
        ["1 MB of ENV words"] = (250_000, n => "FROM a\nENV " + Repeat("a=b ", n) + "\n"),
        ["1 MB of flags"] = (100_000, n => "FROM a\nRUN " + Repeat("--mount=x ", n) + "\n"),
        ["1 MB of continuations"] = (150_000, n => "FROM a\nRUN x" + Repeat("\\\n#c\n\n", n) + "\n"),
        ["nested JSON"] = (1_000_000, n => "FROM a\nRUN " + Repeat("[", n) + "\n"),
        ["nested ONBUILD"] = (100_000, n => "FROM a\n" + Repeat("ONBUILD ", n) + "RUN x\n"),
        ["100,000 stages"] = (100_000, n => Numbered(n, i => $"FROM a AS s{i}\n")),
        ["20,000 stages on each other"] = (20_000, n => "FROM a AS s\n" + Numbered(n, i => $"FROM s AS s\nENV v{i}=$w{i}\nCMD x\n")),
        ["20,000 global arguments"] = (20_000, n => Numbered(n, i => $"ARG a{i}=x\n") + Numbered(n, i => $"FROM $a{i}\n")),
        ["null bytes"] = (1_000_000, n => "FROM a\nRUN " + Repeat("\0", n) + "\n"),
        ["100,000 unknown instructions"] = (100_000, n => Repeat("NOSUCH thing\n", n)),
        ["100,000 heredocs on a line"] = (100_000, n => "FROM a\nRUN " + Repeat("<<E ", n) + "\n" + Repeat("E\n", n)),
        ["1 MB of quotes"] = (500_000, n => "FROM a\nENV a=" + Repeat("'\"", n) + "\n"),
        ["1 MB of backslashes"] = (1_000_000, n => "FROM a\nENV a=" + Repeat("\\", n + 1) + "\n"),
        ["100,000 comments above an instruction"] = (100_000, n => Repeat("# check=skip=JSONArgsRecommended\n", n) + "FROM a\nCMD x\n"),
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Four_times_the_text_takes_four_times_the_memory(string shape)
    {
        var (count, text) = Inputs[shape];
        Judge(text(10), shape);
        var quarter = Judge(text(count / 4), shape);
        var whole = Judge(text(count), shape);
        Assert.True(whole < 6 * quarter + 1_000_000, $"{shape}: {quarter:N0} bytes allocated for a quarter, {whole:N0} for the whole");
    }

    [Fact]
    public void A_statement_of_a_stream_is_gone_when_the_next_is_read()
    {
        var stream = DockerfileParser.Stream(new SourceText(Inputs["100,000 stages"].Text(1000), "Dockerfile"));
        var first = new List<WeakReference>();
        foreach (var statement in stream.Read())
        {
            if (first.Count < 10) first.Add(new WeakReference(statement));
        }

        GC.Collect();
        Assert.Equal(0, stream.ErrorCount);
        Assert.True(first.Count(statement => statement.IsAlive) < 2);
    }

    /// <summary>Everything that is done with a file before a build, and how many bytes were allocated for it on the way.</summary>
    private long Judge(string text, string shape)
    {
        var (bytes, start) = (GC.GetAllocatedBytesForCurrentThread(), ProcessorTime());
        var dockerfile = DockerfileParser.Read([new SourceText(text, "Dockerfile")]);
        output.WriteLine($"{shape}: {text.Length:N0} characters in {(ProcessorTime() - start).TotalMilliseconds:N0} ms");
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

    private static string Numbered(int count, Func<int, string> line) => string.Concat(Enumerable.Range(0, count).Select(line));

    private static string Repeat(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();
}
