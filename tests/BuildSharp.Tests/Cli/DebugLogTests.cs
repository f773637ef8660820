using BuildSharp.Cli;
using BuildSharp.Cli.Output;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Images;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Cli;

/// <summary>What <c>--log-level debug</c> tells, and what it does not.</summary>
public sealed class DebugLogTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [RequiresFact(Needs.Root)]
    public void The_store_and_what_names_mean_are_told()
    {
        Assert.Equal(0, Run("from", "--name", "one", "scratch").Status);
        var (status, output, error) = Run("--log-level", "debug", "config", "--env", "PASS=hidden", "--label", "a=b", "one");

        Assert.Equal((0, ""), (status, output));
        Assert.Contains($"store: vfs in {_directory["root"]}, run root {_directory["run"]}", error);
        Assert.Contains("container \\\"one\\\" is ", error);
        Assert.Contains("--env=PASS=xxxxx --label=a=b one", error);
        Assert.DoesNotContain("hidden", error);
        Assert.All(error.TrimEnd().Split('\n'), line => Assert.Contains("level=debug", line));
    }

    [RequiresFact(Needs.Root)]
    public void Without_debugging_nothing_is_told()
    {
        Assert.Equal((0, "one\n", ""), Run("from", "--name", "one", "scratch"));
        Assert.Equal((0, "", ""), Run("config", "--label", "a=b", "one"));
    }

    [RequiresTheory(Needs.Root)]
    [InlineData("rm", "nothing")]
    [InlineData("run", "nothing", "true")]
    [InlineData("inspect", "nothing")]
    [InlineData("push", "nothing", "oci:/nowhere")]
    [InlineData("pull", "oci:/nowhere:x")]
    [InlineData("bud", "/nowhere")]
    [InlineData("copy", "nothing", "/nowhere", "/")]
    [InlineData("manifest", "inspect", "nothing")]
    public void A_users_mistake_ends_with_its_sentence_and_shows_none_of_our_code(params string[] words)
    {
        var plain = Run(words);
        foreach (var level in new[] { "debug", "trace" })
        {
            var (status, _, error) = Run(["--log-level", level, .. words]);
            var lines = error.TrimEnd().Split('\n');
            Assert.Equal(125, status);
            Assert.Equal(plain.Error.TrimEnd(), lines[^1]);
            Assert.DoesNotContain(lines, line => line.TrimStart().StartsWith("at ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_bug_of_ours_shows_where_it_is_before_its_sentence()
    {
        using var error = new StringWriter();
        var surroundings = new Surroundings
        {
            Program = "buildsharp",
            Out = TextWriter.Null,
            Error = error,
            OpenInput = () => Stream.Null,
            Environment = new Dictionary<string, string>(),
            WorkingDirectory = "/",
            Clock = TimeProvider.System,
            Log = new Log(error, LogLevel.Debug, terminal: false, TimeProvider.System),
        };
        ErrorReport.Report(Thrown(new InvalidOperationException("odd")), surroundings, 130);
        Assert.Contains("   at ", error.ToString());
        Assert.StartsWith("Error: this is a bug", error.ToString().TrimEnd().Split('\n')[^1]);

        error.GetStringBuilder().Clear();
        ErrorReport.Report(Thrown(new BuildSharpException("told", new LinuxException("open", "/x", 2))), surroundings, 130);
        Assert.Contains("caused by LinuxException: ", error.ToString());
        Assert.DoesNotContain("   at ", error.ToString());
        Assert.EndsWith("\nError: told\n", error.ToString());
    }

    [RequiresFact(Needs.Root)]
    public async Task A_lock_that_is_waited_for_is_told_and_how_long_it_took()
    {
        var lines = new Lines();
        using var store = Store.Open(new StoreOptions { GraphRoot = _directory["root"], RunRoot = _directory["run"], Driver = "vfs", Debug = lines });
        store.Images.Create(new NewImage { Names = ["localhost/a:1"] });
        Assert.DoesNotContain(lines.All, line => line.Contains("lock", StringComparison.Ordinal));

        var path = _directory["root/vfs-images/images.lock"];
        Task listing;
        using (FileLock.Acquire(path, exclusive: true))
        {
            listing = Task.Run(() => store.Images.All());
            var deadline = DateTime.UtcNow + TimeSpan.FromSeconds(30);
            while (!lines.All.Any(line => line.StartsWith($"waiting for {path}", StringComparison.Ordinal)))
            {
                Assert.True(DateTime.UtcNow < deadline, string.Join('\n', lines.All));
                await Task.Yield();
            }
        }

        await listing.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Contains(lines.All, line => line.StartsWith($"locked {path} after ", StringComparison.Ordinal));
    }

    private static Exception Thrown(Exception error)
    {
        try
        {
            throw error;
        }
        catch (Exception caught)
        {
            return caught;
        }
    }

    private (int Status, string Out, string Error) Run(params string[] words) => new CommandLine { Directory = _directory.Path }.Run(
        ["--root", _directory["root"], "--runroot", _directory["run"], "--storage-driver", "vfs", .. words]);

    private sealed class Lines : IProgress<string>
    {
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> All
        {
            get
            {
                lock (_lines)
                {
                    return [.. _lines];
                }
            }
        }

        public void Report(string value)
        {
            lock (_lines)
            {
                _lines.Add(value);
            }
        }
    }
}
