using System.Text;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>Looks for a secret everywhere that a build could leave it: the store, the run root, temporary files, command lines, output, core
/// dumps.</summary>
public class SecretHuntTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;
    private const string Secret = "hunted-6b1f0e7d9c";

    private const string Steps = """
        FROM base
        RUN --mount=type=secret,id=file --mount=type=secret,id=variable,env=TOKEN test "$TOKEN" = "$(cat /run/secrets/file)" && test ${#TOKEN} = 17
        RUN --mount=type=secret,id=file cp /run/secrets/file /gone && rm /gone
        """;

    [RequiresTheory(All, "runc", "busybox", "grep", "du")]
    [InlineData(0, "")]
    [InlineData(0, "", "--layers")]
    [InlineData(7, "RUN --mount=type=secret,id=file --mount=type=secret,id=variable,env=TOKEN exit 7\n")]
    [InlineData(125, "RUN --mount=type=secret,id=file --mount=type=secret,id=variable,env=TOKEN --mount=from=nothing true\n")]
    [InlineData(7, "RUN --mount=type=secret,id=file exit 7\n", "--layers")]
    [InlineData(0, "", "--isolation", "chroot")]
    [InlineData(7, "RUN --mount=type=secret,id=file --mount=type=secret,id=variable,env=TOKEN exit 7\n", "--isolation", "chroot")]
    [InlineData(125, "RUN --mount=type=secret,id=variable,env=TOKEN [\"/nothing\"]\n", "--isolation", "chroot")]
    public async Task After_a_build_the_secret_is_nowhere(int status, string last, params string[] flags)
    {
        using var hunt = await StartAsync(Steps + "\n" + last);
        var result = await hunt.Tool.RunAsync(status, ["--debug", "bud", .. flags, .. hunt.Flags, "."]);
        Assert.DoesNotContain(Secret, result.Output + result.Error, StringComparison.Ordinal);
        await hunt.FindNothingAsync();
    }

    [RequiresTheory(All, "runc", "busybox", "grep", "du", "sh")]
    [InlineData("KILL", 137, "oci")]
    [InlineData("ABRT", 134, "oci")]
    [InlineData("TERM", 143, "oci")]
    [InlineData("KILL", 137, "chroot")]
    [InlineData("ABRT", 134, "chroot")]
    [InlineData("TERM", 143, "chroot")]
    public async Task A_build_that_is_ended_while_the_command_has_the_secret_leaves_it_nowhere(string signal, int status, string isolation)
    {
        using var hunt = await StartAsync(Steps + "\nRUN --mount=type=secret,id=file --mount=type=secret,id=variable,env=TOKEN touch /s/started; sleep 100\n");
        // A core dump would be allowed. The output goes to a file: the command, which may live on, would keep a pipe open.
        await hunt.Tool.StartedBy("sh", "-c", "ulimit -c unlimited; exec \"$0\" \"$@\" >log 2>&1")
            .SignalledAfter(hunt.StartedAsync(), signal)
            .RunAsync(status, ["bud", "--isolation", isolation, "-v", $"{hunt.Sandbox["s"]}:/s", .. hunt.Flags, "."]);
        await hunt.FindNothingAsync();

        // The next command ends what lives on, and again there is nothing.
        await hunt.Tool.RunAsync("containers");
        await hunt.FindNothingAsync();
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(hunt.Sandbox.RunRoot, "buildsharp/bundles")));
        await hunt.Tool.RunAsync("rm", "--all");
        Assert.Empty(hunt.Sandbox.MountsLeft);
    }

    [RequiresFact(All, "runc", "busybox", "grep", "du", "sh")]
    public async Task The_hunt_finds_what_a_careless_step_leaves()
    {
        using var hunt = await StartAsync("FROM base\nRUN --mount=type=secret,id=file cp /run/secrets/file /kept\n");
        await hunt.Tool.RunAsync(["bud", .. hunt.Flags, "."]);
        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(hunt.FindNothingAsync);
    }

    private static async Task<Hunt> StartAsync(string dockerfile)
    {
        var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Dockerfile", dockerfile);
        Directory.CreateDirectory(sandbox["s"]);
        return new Hunt(sandbox);
    }

    private sealed class Hunt : IDisposable
    {
        private readonly TemporaryDirectory _elsewhere = new();

        public Hunt(Sandbox sandbox)
        {
            Sandbox = sandbox;
            _elsewhere.Write("secret", Secret);
        }

        public Sandbox Sandbox { get; }

        public Tool Tool => Sandbox.BuildSharp.WithEnvironment("VARIABLE", Secret);

        public string[] Flags => ["--secret", $"id=file,src={_elsewhere["secret"]}", "--secret", "id=variable,env=VARIABLE"];

        /// <summary>Searches every file of the sandbox and every command line.</summary>
        public async Task FindNothingAsync()
        {
            var place = Path.GetDirectoryName(Sandbox.Work)!;
            var found = await Sandbox.Named("grep").ExecuteAsync(["-rlaFf", _elsewhere["secret"], place]);
            Assert.True(found.ExitCode == 1, found.Transcript);
            foreach (var file in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])).Select(path => path + "/cmdline"))
            {
                Assert.DoesNotContain(Secret, ReadIfThere(file), StringComparison.Ordinal);
            }

            var searched = await Sandbox.Named("du").ReadAsync("-sb", place);
            Assert.True(long.Parse(searched.Split('\t')[0], System.Globalization.CultureInfo.InvariantCulture) > 1_000_000, searched);
        }

        public Task StartedAsync() => Moment.Until(() => File.Exists(Sandbox["s/started"]), "the RUN did not begin");

        public void Dispose()
        {
            Sandbox.Dispose();
            _elsewhere.Dispose();
        }

        // A process may end while it is looked at.
        private static string ReadIfThere(string file)
        {
            try
            {
                return Encoding.UTF8.GetString(File.ReadAllBytes(file));
            }
            catch (IOException)
            {
                return "";
            }
        }
    }
}
