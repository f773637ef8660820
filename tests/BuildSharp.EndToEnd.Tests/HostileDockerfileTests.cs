using System.Globalization;
using System.Text;
using BuildSharp.Testing;
using Xunit.Abstractions;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>Files of one mebibyte that are made to hurt: whatever is done with one short of building it, the process is done within two
/// seconds of processor time and 400 MB of memory.</summary>
public class HostileDockerfileTests(ITestOutputHelper output)
{
    private const int Size = 1024 * 1024;
    private const double MostSeconds = 2;
    private const double MostMegabytes = 400;

    /// <summary>Runs a program and tells how long the processor was at it, in seconds, and the most memory it had at once, in megabytes.</summary>
    private const string Usage = "import os, sys; pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=["
        + "(os.POSIX_SPAWN_OPEN, 1, '/dev/null', os.O_WRONLY, 0), (os.POSIX_SPAWN_OPEN, 2, '/dev/null', os.O_WRONLY, 0)]); "
        + "used = os.wait4(pid, 0)[2]; print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1000)";

    private static readonly Dictionary<string, string> Files = new()
    {
        ["one line"] = "FROM a\nRUN " + Filled("word "),
        ["null bytes"] = "FROM a\nRUN " + Filled("\0"),
        ["brackets"] = "FROM a\nRUN " + Filled("["),
        ["a heredoc"] = "FROM a\nCOPY <<EOF /x\n" + Filled("some line of text\n") + "EOF\n",
        ["heredoc openers"] = "FROM a\nRUN " + Repeated("<<a ", Size / 6) + "\n" + Repeated("a\n", Size / 6),
        ["ENV words"] = "FROM a\nENV " + Filled("a=b "),
        ["LABEL words"] = "FROM a\nLABEL " + Filled("a=b "),
        ["ARG words"] = "FROM a\nARG " + Filled("a "),
        ["COPY sources"] = "FROM a\nCOPY " + Filled("a ") + "/b\n",
        ["JSON strings"] = "FROM a\nRUN [\"a\"" + Filled(",\"a\"") + "]\n",
        ["HEALTHCHECK words"] = "FROM a\nHEALTHCHECK CMD " + Filled("a "),
        ["quotes"] = "FROM a\nENV a=" + Filled("'\""),
        ["dollar signs"] = "FROM a\nENV a=" + Filled("$"),
        ["nested substitutions"] = "FROM a\nENV a=" + Filled("${"),
        ["continuations"] = "FROM a\nRUN x" + Filled("\\\n") + "\n",
        ["comments"] = Filled("# a comment\n") + "FROM a\n",
        ["blank lines"] = "FROM a\n" + Filled("\n") + "RUN x\n",
        ["unknown flags"] = "FROM a\nRUN " + Filled("--a ") + "x\n",
        ["mounts"] = "FROM a\nRUN " + Filled("--mount=type=cache,target=/a ") + "x\n",
        ["excludes"] = "FROM a\nCOPY " + Filled("--exclude=a ") + "x /y\n",
        ["CMD lines"] = "FROM a\n" + Repeated("CMD ls -l -a xyz\n", Size / 17),
        ["FROM lines"] = Repeated("FROM a-long-name\n", Size / 17),
        ["too many lines"] = "FROM a\n" + Filled("CMD x\n"),
        ["stages"] = string.Concat(Enumerable.Range(0, Size / 16).Select(i => $"FROM a AS s{i}\n")),
        ["ENV lines"] = "FROM a\nENV v0=x\n" + string.Concat(Enumerable.Range(1, Size / 18).Select(i => $"ENV v{i}=$v{i - 1}\n")),
        ["ONBUILD chains"] = "FROM a\n" + Filled("ONBUILD ") + "RUN x\n",
    };

    public static TheoryData<string, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var name in Files.Keys)
            {
                rows.Add("ast", name);
            }

            foreach (var name in new[] { "null bytes", "mounts", "CMD lines", "ENV lines", "stages" })
            {
                rows.Add("expand", name);
            }

            foreach (var name in new[] { "one line", "COPY sources", "JSON strings", "comments", "CMD lines", "ENV lines", "FROM lines", "stages" })
            {
                rows.Add("check", name);
            }

            foreach (var name in new[] { "COPY sources", "CMD lines", "FROM lines" })
            {
                rows.Add("stages", name);
            }

            return rows;
        }
    }

    [RequiresTheory(Needs.Binary, "python3")]
    [MemberData(nameof(Rows))]
    public async Task A_hostile_file_is_done_within_two_seconds_and_400_megabytes(string what, string name)
    {
        using var directory = new TemporaryDirectory();
        var file = directory["hostile"];
        File.WriteAllText(file, Files[name]);
        string[] arguments = what == "check" ? ["bud", "--check", "-f", file, directory.MakeDirectory("context")] : ["dockerfile", what, file];
        var used = await Tool.Named("python3").ReadAsync(["-c", Usage, Checkout.Binary, .. arguments]);
        output.WriteLine(used);
        double[] figures = [.. used.Split(' ').Select(figure => double.Parse(figure, CultureInfo.InvariantCulture))];
        Assert.InRange(figures[0], 0, MostSeconds);
        Assert.InRange(figures[1], 0, MostMegabytes);
    }

    private static string Filled(string text) => Repeated(text, Size / text.Length);

    private static string Repeated(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();
}
