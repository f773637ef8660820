using System.Globalization;
using System.Text;
using BuildSharp.Testing;
using Xunit.Abstractions;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>Files of two megabytes that are made to hurt: whatever is done with one short of building it, the process takes at most ten times
/// its size more than it takes for one line.</summary>
public class HostileDockerfileTests(ITestOutputHelper output)
{
    private const int Most = 10;
    private const int Size = 2_000_000;

    /// <summary>Runs a program and tells the most memory it had at once, in kilobytes.</summary>
    private const string Peak = "import os, sys; pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=["
        + "(os.POSIX_SPAWN_OPEN, 1, '/dev/null', os.O_WRONLY, 0), (os.POSIX_SPAWN_OPEN, 2, '/dev/null', os.O_WRONLY, 0)]); "
        + "print(os.wait4(pid, 0)[2].ru_maxrss)";

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
        ["CMD lines"] = "FROM a\n" + Filled("CMD x\n"),
        ["FROM lines"] = Filled("FROM a\n"),
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
    public async Task A_hostile_file_takes_at_most_ten_times_its_size(string what, string name)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory["small"], "FROM scratch\n");
        File.WriteAllText(directory["hostile"], Files[name]);
        var size = new FileInfo(directory["hostile"]).Length;
        var peak = await PeakAsync(what, directory["hostile"], directory) - await PeakAsync(what, directory["small"], directory);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(double)peak / size:N1} times"));
        Assert.InRange(peak, 0, Most * size);
    }

    private static async Task<long> PeakAsync(string what, string file, TemporaryDirectory directory)
    {
        string[] arguments = what == "check" ? ["bud", "--check", "-f", file, directory.MakeDirectory("context")] : ["dockerfile", what, file];
        var kilobytes = await Tool.Named("python3").ReadAsync(["-c", Peak, Checkout.Binary, .. arguments]);
        return 1024 * long.Parse(kilobytes, CultureInfo.InvariantCulture);
    }

    private static string Filled(string text) => Repeated(text, Size / text.Length);

    private static string Repeated(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();
}
