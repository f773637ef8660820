using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>What people see on a terminal while something takes long, and what scripts see in a pipe.</summary>
public class ProgressTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    [RequiresTheory(All, "tmux")]
    [InlineData(80, @"^Downloading http://127\.0\.0\.1:\d+/big +1\.5 MB / 4 MB   [\d.]+ .?B/s(   \S+ left)?$")]
    [InlineData(40, @"^\S*/big +1\.5 MB ?/ ?4 MB +[\d.]+ .?B/s")]
    public async Task A_download_shows_name_bytes_rate_and_what_is_left_and_Ctrl_C_removes_it(int columns, string line)
    {
        using var sandbox = new Sandbox();
        using var server = new TemporaryWebServer();
        _ = server.Stall("/big", new byte[1_500_000], "Content-Length: 4000000");
        await using var terminal = await TmuxTerminal.StartAsync(
            sandbox, columns, $"c=$(buildsharp from scratch); buildsharp add $c {server.Address}/big /");

        var shown = await terminal.WaitForAsync(screen => screen.Contains("1.5 MB", StringComparison.Ordinal));
        Assert.Matches(line, shown.Split('\n')[^1]);
        Assert.All(shown.Split('\n'), text => Assert.InRange(text.Length, 0, columns - 1));

        await terminal.PressAsync("C-c");
        var after = await terminal.WaitForAsync(screen => screen.Contains("status", StringComparison.Ordinal));
        Assert.EndsWith("Error: interrupted\nstatus 130", after);
        Assert.DoesNotContain("MB", after);
    }

    [RequiresTheory(All, "tmux")]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    [InlineData("KILL", 137)]
    public async Task Whatever_ends_the_command_the_terminal_is_as_before(string signal, int status)
    {
        using var sandbox = new Sandbox();
        using var server = new TemporaryWebServer();
        _ = server.Stall("/big", new byte[1_500_000], "Content-Length: 4000000");
        // The function of the script would be a process of its own.
        var binary = string.Join(' ', [sandbox.BuildSharp.Program, .. sandbox.BuildSharp.LeadingArguments]);
        await using var terminal = await TmuxTerminal.StartAsync(
            sandbox, 80, $"c=$(buildsharp from scratch); sh -c 'echo $$ >pid; exec {binary} add \"$0\" {server.Address}/big /' $c");
        await terminal.WaitForAsync(screen => screen.Contains("1.5 MB", StringComparison.Ordinal));
        await Tool.Named("kill").RunAsync("-" + signal, (await File.ReadAllTextAsync(sandbox["pid"])).TrimEnd());
        var after = await terminal.WaitForAsync(screen => screen.Contains("status", StringComparison.Ordinal));
        Assert.Equal($"status {status}", after.Split('\n')[^1]);
        Assert.Equal("visible 1, wraps 1, column 0", await terminal.FactAsync("visible #{cursor_flag}, wraps #{wrap_flag}, column #{cursor_x}"));
    }

    [RequiresTheory(All, "tmux")]
    [InlineData("TERM=dumb", "", true)]
    [InlineData("", "--progress=plain", true)]
    [InlineData("", "-q", false)]
    public async Task A_terminal_can_be_treated_as_a_pipe(string variable, string flag, bool hasLines)
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        await using var terminal = await TmuxTerminal.StartAsync(sandbox, 100, $"{variable} buildsharp push {flag} base oci:one");
        var after = await terminal.WaitForAsync(screen => screen.Contains("status", StringComparison.Ordinal));
        var lines = "Getting image source signatures\nCopying blob sha256:[0-9a-f]{64}\nCopying config sha256:[0-9a-f]{64}\nWriting manifest to image destination\n";
        Assert.Matches($"^{(hasLines ? lines : "")}status 0$", after);
    }

    [RequiresFact(All, "tmux")]
    public async Task A_narrower_window_leaves_no_remains()
    {
        using var sandbox = new Sandbox();
        using var server = new TemporaryWebServer();
        _ = server.Stall("/big", new byte[1_500_000], "Content-Length: 4000000");
        await using var terminal = await TmuxTerminal.StartAsync(
            sandbox, 100, $"seq 9; c=$(buildsharp from scratch); buildsharp add $c {server.Address}/big /");

        await terminal.WaitForAsync(screen => screen.Contains("1.5 MB / 4 MB", StringComparison.Ordinal));
        await terminal.ResizeAsync(40);
        var narrow = await terminal.WaitForAsync(screen => screen.Contains('…', StringComparison.Ordinal));
        Assert.Matches("^1\n2\n3\n4\n5\n6\n7\n8\n9\n….*$", narrow);
    }

    [RequiresTheory(All, "tmux")]
    [InlineData("copy $c big /", @"^(Copying )?[…/](\S*/)?big +.* / 1 GB")]
    [InlineData("commit $c made", @"^Committing layer +[\d.]+ MB  [\d.]+ .B/s$")]
    public async Task Copying_and_committing_show_their_progress_and_leave_their_result_alone(string verb, string line)
    {
        using var sandbox = new Sandbox();
        // Long enough for the display, which waits before it shows a transfer.
        WriteRandom(sandbox["big"], 1_000_000_000);
        var before = verb.StartsWith("commit", StringComparison.Ordinal) ? "buildsharp copy -q $c big /;" : "";
        await using var terminal = await TmuxTerminal.StartAsync(sandbox, 80, $"c=$(buildsharp from scratch); {before} buildsharp {verb}");

        var seen = new HashSet<string>(StringComparer.Ordinal);
        var after = await terminal.WaitForAsync(screen =>
        {
            seen.UnionWith(screen.Split('\n'));
            return screen.Contains("status 0", StringComparison.Ordinal);
        });
        Assert.Contains(seen, text => Regex.IsMatch(text, line));
        Assert.Matches("^[0-9a-f]{64}\nstatus 0$", after);
    }

    [RequiresFact(All, "tmux")]
    public async Task A_push_shows_each_blob_and_then_a_line_for_it_on_a_terminal_and_is_as_ever_in_a_pipe()
    {
        using var sandbox = new Sandbox();
        WriteRandom(sandbox["big"], 60_000_000);
        var container = await sandbox.BuildSharp.ReadAsync("from", "scratch");
        await sandbox.BuildSharp.RunAsync("copy", container, "big", "/");
        await sandbox.BuildSharp.RunAsync("commit", container, "made");
        var diffId = await sandbox.BuildSharp.ReadAsync("inspect", "--type", "image", "--format", "{{index .OCIv1.RootFS.DiffIDs 0}}", "made");
        await using var terminal = await TmuxTerminal.StartAsync(sandbox, 80, "buildsharp push made oci:one");

        var seen = new HashSet<string>(StringComparer.Ordinal);
        var after = await terminal.WaitForAsync(screen =>
        {
            seen.UnionWith(screen.Split('\n'));
            return screen.Contains("status 0", StringComparison.Ordinal);
        });
        var hex = diffId.Replace("sha256:", "", StringComparison.Ordinal)[..12];
        Assert.Contains(seen, text => Regex.IsMatch(text, $@"^Copying blob {hex} +[\d.]+ MB / 60 MB   [\d.]+ .B/s   \S+ left$"));
        Assert.Matches(
            $"^Getting image source signatures\nCopying blob {hex} done 60 MB\nCopying config [0-9a-f]{{12}} done\n"
            + "Writing manifest to image destination\nstatus 0$", after);

        var piped = await sandbox.BuildSharp.RunAsync("push", "made", "oci:two");
        Assert.Matches(
            $"^Getting image source signatures\nCopying blob {diffId}\nCopying config sha256:[0-9a-f]{{64}}\n"
            + "Writing manifest to image destination\n$", piped.Error);
    }

    [RequiresFact(All)]
    public async Task Programs_read_a_push_as_an_object_a_line()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        var pushed = await sandbox.BuildSharp.RunAsync("push", "--progress=json", "base", "oci:one");
        var events = pushed.Error.TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(["start", "done", "written", "config", "manifest"], events.Select(line => (string?)line["event"]).Where(name => name != "progress"));
        Assert.Equal("blob", (string?)events[0]["kind"]);
        var done = events.Single(line => (string?)line["event"] == "done");
        Assert.Equal((long)events[0]["total"]!, (long)done["bytes"]!);

        // The digests are those of what was written.
        var index = JsonNode.Parse(await File.ReadAllTextAsync(sandbox["one/index.json"]))!;
        Assert.Equal((string?)index["manifests"]![0]!["digest"], (string?)events[^1]["digest"]);
        var blob = ((string)events.Single(line => (string?)line["event"] == "written")["digest"]!).Replace("sha256:", "", StringComparison.Ordinal);
        Assert.True(File.Exists(sandbox[$"one/blobs/sha256/{blob}"]));

        var again = await sandbox.BuildSharp.RunAsync("push", "--progress=json", "--progress=quiet", "base", $"oci:{sandbox["two"]}");
        Assert.Equal("", again.Error);
    }

    [RequiresFact(All)]
    public async Task Each_mode_of_progress_is_obeyed_or_refused()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Dockerfile", "FROM base\nENV A=1\n");
        var plain = await sandbox.BuildSharp.RunAsync("bud", "--progress=plain", "-t", "x", ".");
        Assert.StartsWith("STEP 1/2: FROM base\nSTEP 2/2: ENV A=1\nCOMMIT x\n", plain.Output);
        var quiet = await sandbox.BuildSharp.RunAsync("bud", "--progress=quiet", ".");
        Assert.Matches("^[0-9a-f]{64}\n$", quiet.Output);
        var json = await sandbox.BuildSharp.RunAsync("bud", "--progress=rawjson", "-t", "x", ".");
        Assert.Matches("^[0-9a-f]{64}\n$", json.Output);
        Assert.Contains("\"event\":\"step\",\"stage\":1,\"stages\":1,\"number\":2,\"count\":2,\"text\":\"ENV A=1\"}", json.Error);
        Assert.Contains("\"event\":\"tagged\",\"name\":\"localhost/x:latest\"}", json.Error);

        var terminal = await sandbox.BuildSharp.RunAsync(125, ["push", "--progress=tty", "base", "oci:one"]);
        Assert.Equal("Error: --progress=tty: standard error is not a terminal; without the flag, plain lines are printed\n", terminal.Error);
        var unknown = await sandbox.BuildSharp.RunAsync(125, ["push", "--progress=fancy", "base", "oci:one"]);
        Assert.Equal("Error: unknown --progress \"fancy\"; known are auto, tty, plain, quiet, json\n", unknown.Error);
    }

    [RequiresTheory(All, "tmux", "runc")]
    [InlineData(80, @"^STEP 2/2: RUN echo one; while \[ ! -e /s/go \]; do sleep 0\.1; done; echo two +\ds$")]
    [InlineData(40, @"^STEP 2/2: RUN echo one; while \[ .* \ds$")]
    public async Task The_running_step_stands_below_its_output_with_its_time(int columns, string line)
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        Directory.CreateDirectory(sandbox["s"]);
        sandbox.Write("Dockerfile", "FROM base\nRUN echo one; while [ ! -e /s/go ]; do sleep 0.1; done; echo two\n");
        await using var terminal = await TmuxTerminal.StartAsync(sandbox, columns, $"buildsharp bud -v {sandbox["s"]}:/s -t x .");
        var shown = await terminal.WaitForAsync(screen => Regex.IsMatch(screen, @"\none\n.* 1s$"));
        Assert.Matches(line, shown.Split('\n')[^1]);

        await File.WriteAllTextAsync(sandbox["s/go"], "");
        var after = await terminal.WaitForAsync(screen => screen.Contains("status", StringComparison.Ordinal));
        Assert.Contains("\none\ntwo\nCOMMIT x\n", after);
        Assert.EndsWith("status 0", after);
    }

    [RequiresFact(All, "tmux", "runc")]
    public async Task A_build_on_a_terminal_ends_with_where_the_time_went()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Dockerfile", "FROM base\nRUN sleep 1.2; echo slept\nRUN true\n");
        await using var terminal = await TmuxTerminal.StartAsync(sandbox, 80, "buildsharp bud -t x .");
        var after = await terminal.WaitForAsync(screen => screen.Contains("status", StringComparison.Ordinal));
        Assert.Matches(
            "^STEP 1/3: FROM base\nSTEP 2/3: RUN sleep 1.2; echo slept\nslept\nSTEP 3/3: RUN true\nCOMMIT x\n--> [0-9a-f]{12}\n"
            + "Successfully tagged localhost/x:latest\n *[\\d.]+s in all, of that:\n +[\\d.]+s  RUN sleep 1.2; echo slept\n( +.*\n)*[0-9a-f]{64}\nstatus 0$", after);

        var piped = await sandbox.BuildSharp.RunAsync("bud", "-t", "x", ".");
        Assert.Equal("", piped.Error);
        Assert.DoesNotContain("in all", piped.Output);
    }

    private static void WriteRandom(string path, long size)
    {
        using var file = File.Create(path);
        var buffer = new byte[1 << 20];
        for (var left = size; left > 0; left -= buffer.Length)
        {
            RandomNumberGenerator.Fill(buffer);
            file.Write(buffer.AsSpan(0, (int)Math.Min(left, buffer.Length)));
        }
    }
}
