using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Running;

/// <summary>A container to run commands in, without a store: a busybox root of a test's own, on an overlay.</summary>
internal sealed class RunningContainer : IDisposable
{
    public const string Id = "feedc0ffee12deadbeef000000000000000000000000000000000000000000ff";

    private static readonly string[] Programs =
        ["cat", "df", "echo", "env", "false", "grep", "hostname", "id", "ip", "ls", "mkdir", "pwd", "rm", "sh", "sleep", "stat", "stty", "touch", "true", "tty", "wc"];

    private readonly TemporaryDirectory _directory = new();
    private int _runs;

    public RunningContainer()
    {
        var bin = _directory.MakeDirectory("lower/bin");
        File.Copy("/bin/busybox", $"{bin}/busybox");
        File.SetUnixFileMode($"{bin}/busybox", (UnixFileMode)0b111_101_101);
        foreach (var program in Programs)
        {
            File.CreateSymbolicLink($"{bin}/{program}", "busybox");
        }

        _directory.Write("lower/etc/passwd", "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n");
        _directory.Write("lower/etc/group", "root:x:0:\nextra:x:2000:app,root\n");
        Directory.SetLastWriteTimeUtc(_directory["lower/etc"], DateTime.UnixEpoch.AddYears(30));
        foreach (var name in (string[])["lower/tmp", "lower/proc", "lower/sys", "lower/dev", "upper", "work", "root", "state"])
        {
            _directory.MakeDirectory(name);
        }

        Mount.Attach(
            "overlay", Root, "overlay", MountFlags.None, $"lowerdir={_directory["lower"]},upperdir={Upper},workdir={_directory["work"]}");
        Target = new RunTarget
        {
            RootFs = Root,
            ContainerId = Id,
            ContainerName = "bb-working-container",
            ImageName = "localhost/bb:latest",
            Image = new ImageConfig { Config = new ContainerConfig { Env = ["PATH=/bin"] } },
            RunDirectory = _directory["run"],
            StateDirectory = _directory["state"],
            UpperDirectory = Upper,
        };
    }

    public RunTarget Target { get; set; }

    public string Root => _directory["root"];

    public string Upper => _directory["upper"];

    public TemporaryDirectory Files => _directory;

    /// <summary>What is left in the run directory: names of bundles and of the runtime's records.</summary>
    public IEnumerable<string> Leftovers =>
        ((string[])[_directory["run/bundles"], _directory["run/runc"]]).Where(Directory.Exists).SelectMany(Directory.EnumerateFileSystemEntries);

    public Task<(int Status, string Output)> RunAsync(params string[] args) => RunAsync(new RunRequest { Args = args });

    /// <summary>Runs with input from nowhere and both outputs in one text, last newline dropped.</summary>
    public async Task<(int Status, string Output)> RunAsync(RunRequest request, CancellationToken cancellation = default)
    {
        var path = _directory[$"output{Interlocked.Increment(ref _runs)}"];
        int status;
        using (var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write))
        {
            status = await RuncRun.ExecuteAsync(
                Target,
                request with
                {
                    Stdin = request.Stdin == ChildStream.Inherit ? ChildStream.Null : request.Stdin,
                    Stdout = ChildStream.To(file),
                    Stderr = ChildStream.To(file),
                },
                cancellation);
        }

        return (status, File.ReadAllText(path).TrimEnd('\n'));
    }

    public async Task<string> ReadAsync(RunRequest request)
    {
        var (status, output) = await RunAsync(request);
        Assert.True(status == 0, $"exit status {status}: {output}");
        return output;
    }

    public Task<string> ReadAsync(params string[] args) => ReadAsync(new RunRequest { Args = args });

    public void Dispose() => _directory.Dispose();
}
