using System.Globalization;
using System.Text;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>A copy that would take minutes is told to stop: it ends within the file and takes back what it was making.</summary>
public class StoppedCopyTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;
    private const long Terabyte = 1L << 40;
    private const long SevenGigabytes = 7L << 30;

    [RequiresTheory(All)]
    [InlineData("copy", "INT", 130)]
    [InlineData("copy", "TERM", 143)]
    [InlineData("copy", "HUP", 129)]
    [InlineData("add", "INT", 130)]
    [InlineData("add", "TERM", 143)]
    [InlineData("add", "HUP", 129)]
    [InlineData("bud", "INT", 130)]
    [InlineData("bud", "TERM", 143)]
    [InlineData("bud", "HUP", 129)]
    public async Task A_signal_stops_it_within_a_file_and_leaves_nothing_half_made(string verb, string signal, int status)
    {
        using var sandbox = new Sandbox();
        sandbox.Write("context/a", "copied before");
        var container = await sandbox.BuildSharp.ReadAsync("from", "scratch");
        if (verb == "add")
        {
            MakeArchive(sandbox["archive"]);
        }
        else
        {
            MakeHole(sandbox["context/big"], Terabyte);
        }

        sandbox.Write("Dockerfile", "FROM scratch\nCOPY context /x/\n");
        string[] words = verb switch { "copy" => ["copy", container, "context", "/x/"], "add" => ["add", container, "archive", "/x/"], _ => ["bud", "."] };

        var ended = await sandbox.BuildSharp.SignalledAfter(BigIsMade(sandbox.Root), signal).RunAsync(status, words);

        Assert.EndsWith("Error: interrupted\n", ended.Error);
        Assert.DoesNotContain(Layers(sandbox.Root), layer => File.Exists(Path.Combine(layer, "x/big")));
        Assert.Equal(container, await sandbox.BuildSharp.ReadAsync("containers", "--format", "{{.ContainerName}}"));
        Assert.Empty(sandbox.MountsLeft);
        if (verb == "copy")
        {
            Assert.Equal("copied before", File.ReadAllText(Path.Combine(Assert.Single(Layers(sandbox.Root)), "x/a")));
        }
    }

    [RequiresTheory(All)]
    [InlineData("copy")]
    [InlineData("add")]
    [InlineData("bud")]
    public async Task A_kill_leaves_a_store_that_the_next_command_can_clear(string verb)
    {
        using var sandbox = new Sandbox();
        var container = await sandbox.BuildSharp.ReadAsync("from", "scratch");
        Directory.CreateDirectory(sandbox["context"]);
        MakeArchive(sandbox["archive"]);
        MakeHole(sandbox["context/big"], Terabyte);
        sandbox.Write("Dockerfile", "FROM scratch\nCOPY context /x/\n");
        string[] words = verb switch { "copy" => ["copy", container, "context", "/x/"], "add" => ["add", container, "archive", "/x/"], _ => ["bud", "."] };

        var ended = await sandbox.BuildSharp.SignalledAfter(BigIsMade(sandbox.Root), "KILL").RunAsync(137, words);

        Assert.Equal("", ended.Error);
        Assert.Empty(await sandbox.BuildSharp.ReadAsync("images", "-a", "-q"));
        Assert.Equal(verb == "bud" ? 2 : 1, (await sandbox.BuildSharp.RunAsync("containers", "-q")).Lines.Count);
        await sandbox.BuildSharp.RunAsync("rm", "--all");
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("check", "--max", "0s"));
        Assert.Empty(sandbox.MountsLeft);
    }

    private static IEnumerable<string> Layers(string root) =>
        Directory.EnumerateDirectories(Path.Combine(root, "overlay")).Select(layer => Path.Combine(layer, "diff")).Where(Directory.Exists);

    private static Task BigIsMade(string root) =>
        Moment.Until(() => Layers(root).Any(layer => File.Exists(Path.Combine(layer, "x/big"))), "the copy of the large file did not begin");

    private static void MakeHole(string path, long length)
    {
        using var file = File.Create(path);
        file.SetLength(length);
    }

    /// <summary>A tar with one file of zeros that take no room here.</summary>
    private static void MakeArchive(string path)
    {
        var header = new byte[512];
        void Put(int at, string text) => Encoding.ASCII.GetBytes(text, header.AsSpan(at));
        Put(0, "big");
        Put(100, "0000644\0" + "0000000\0" + "0000000\0" + Octal(SevenGigabytes) + "\0" + "00000000000\0" + "        " + "0");
        Put(257, "ustar\0" + "00");
        Put(148, Octal(header.Sum(value => value))[^6..] + "\0 ");
        using var file = File.Create(path);
        file.Write(header);
        file.SetLength(header.Length + SevenGigabytes + 1024);

        static string Octal(long number) => Convert.ToString(number, 8).PadLeft(11, '0').ToString(CultureInfo.InvariantCulture);
    }
}
