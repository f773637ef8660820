using BuildSharp.Linux;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Running;
using BuildSharp.Running.Caches;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Running;

/// <summary>What a command finds where something is mounted for it, and what is left afterwards.</summary>
public sealed class RunMountTests : IDisposable
{
    private const Needs Machine = Needs.Root | Needs.Overlay;

    private readonly RunningContainer _container = new();

    private string CacheParent => _container.Files["caches"];

    public void Dispose()
    {
        Assert.Empty(_container.Leftovers);
        Assert.Equal([_container.Root], MountPoints.Below(_container.Files.Path));
        _container.Dispose();
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task A_bind_source_cannot_leave_its_root()
    {
        _container.Files.Write("context/data/f", "inside\n");
        _container.Files.Write("data/f", "outside\n");
        File.CreateSymbolicLink(_container.Files["context/absolute"], "/data");
        File.CreateSymbolicLink(_container.Files["context/upwards"], "../../../data");
        File.CreateSymbolicLink(_container.Files["context/out"], _container.Files["data"]);
        Assert.Equal("inside", await ReadAsync(Bind("absolute"), "cat", "/m/f"));
        Assert.Equal("inside", await ReadAsync(Bind("upwards/f"), "cat", "/m"));
        Assert.Equal("inside", await ReadAsync(Bind("/../data"), "cat", "/m/f"));
        var error = await Assert.ThrowsAsync<BuildSharpException>(() => ReadAsync(Bind("out"), "true"));
        Assert.Equal($"mounting out on /m: out: no such file or directory in {_container.Files["context"]}", error.Message);
    }

    [RequiresTheory(Machine, "runc", "busybox")]
    [InlineData("ro", false, "d/f", "/m", "Read-only")]
    [InlineData("ro", false, "d", "/m/f", "Read-only")]
    [InlineData("rw", true, "d/f", "/m", "changed")]
    [InlineData("rw", true, "d", "/m/f", "changed")]
    [InlineData("rw", true, "/", "/m/d/f", "changed")]
    public async Task What_is_written_to_a_bind_mount_is_refused_or_discarded(string access, bool discards, string source, string path, string expected)
    {
        var file = _container.Files.Write("context/d/f", "original\n");
        File.SetUnixFileMode(file, (UnixFileMode)Octal.O755);
        var mount = Bind(source) with { Options = [access, "private", "rbind"], DiscardsWrites = discards };
        var (_, output) = await RunAsync(mount, "sh", "-c", $"stat -c %a {path}; echo changed > {path}; cat {path}");
        Assert.Contains("755\n", output, StringComparison.Ordinal);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.Equal("original\n", File.ReadAllText(file));
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task Mount_points_are_gone_after_the_run()
    {
        _container.Files.MakeDirectory("context");
        await ReadAsync(Bind("/") with { Destination = "/new/dir" }, "true");
        await ReadAsync(Secret("x") with { Destination = "/run/secrets/s" }, "true");
        Assert.Equal(["bin", "dev", "etc", "proc", "sys", "tmp"], Directory.EnumerateFileSystemEntries(_container.Root).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task A_new_cache_has_its_mode_and_owner_and_keeps_what_is_written()
    {
        var cache = Cache("/c") with { Mode = Octal.O711, Owner = (1000, 2000) };
        Assert.Equal("711 1000 2000", await ReadAsync(cache, "sh", "-c", "echo kept > /m/f; stat -c '%a %u %g' /m"));
        Assert.Equal("kept", await ReadAsync(cache with { Mode = Octal.O700, Destination = "/other" }, "cat", "/other/f"));
        Assert.Equal("711", await ReadAsync(cache, "stat", "-c", "%a", "/m"));

        // Where buildah looks for it: the hash of id, owner and group.
        Assert.Equal("kept\n", File.ReadAllText(Path.Combine(CacheParent, "3044e4c181cbeef7", "f")));
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task Caches_are_told_apart_by_id_and_owner()
    {
        await ReadAsync(Cache("one"), "touch", "/m/f");
        Assert.Equal("", await ReadAsync(Cache("two"), "ls", "/m"));
        Assert.Equal("", await ReadAsync(Cache("one") with { Owner = (1, 0) }, "ls", "/m"));
        Assert.Equal("f", await ReadAsync(Cache("one"), "ls", "/m"));
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task A_part_of_a_cache_can_be_mounted_but_nothing_outside()
    {
        await ReadAsync(Cache("k"), "sh", "-c", "mkdir /m/sub; echo part > /m/sub/f; ln -s /etc /m/link");
        Assert.Equal("part", await ReadAsync(Cache("k") with { Source = "sub" }, "cat", "/m/f"));
        var error = await Assert.ThrowsAsync<BuildSharpException>(() => ReadAsync(Cache("k") with { Source = "link" }, "ls", "/m"));
        Assert.StartsWith("mounting link on /m: link: no such file or directory in ", error.Message, StringComparison.Ordinal);
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task A_locked_cache_is_waited_for()
    {
        var locked = Cache("k") with { Sharing = CacheSharing.Locked };
        var first = RunAsync(locked, "sh", "-c", "touch /m/begun; while [ ! -e /m/go ]; do sleep 0.01; done; echo first > /m/order");
        await FileAsync("begun");

        var waiting = new TaskCompletionSource();
        var second = RunAsync(locked, Reporting(waiting), "sh", "-c", "cat /m/order");
        await waiting.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.False(second.IsCompleted);
        File.WriteAllText(Path.Combine(Directory.EnumerateDirectories(CacheParent).Single(path => !path.EndsWith("lockfiles", StringComparison.Ordinal)), "go"), "");
        Assert.Equal(0, (await first).Status);
        Assert.Equal((0, "first"), await second);
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task A_private_cache_in_use_is_replaced_by_another_that_is_kept_too()
    {
        var own = Cache("k") with { Sharing = CacheSharing.Private };
        Assert.Equal("", await ReadAsync(own, "touch", "/m/first"));
        using (FileLock.Acquire(Directory.EnumerateFiles(CacheParent, "*", SearchOption.AllDirectories).Single(path => path.EndsWith("lockfile", StringComparison.Ordinal)), exclusive: false))
        {
            Assert.Equal("", await ReadAsync(own, "sh", "-c", "ls /m; touch /m/second"));
            Assert.Equal("second", await ReadAsync(own, "ls", "/m"));
            Assert.Equal("first", await ReadAsync(Cache("k"), "ls", "/m"));
        }

        Assert.Equal("first", await ReadAsync(own, "ls", "/m"));
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task Waiting_for_a_cache_can_be_interrupted()
    {
        var locked = Cache("k") with { Sharing = CacheSharing.Locked };
        await ReadAsync(locked, "true");
        var path = Directory.EnumerateFiles(CacheParent, "buildah-cache-lockfile", SearchOption.AllDirectories).Single();
        using var held = FileLock.Acquire(path, exclusive: true);
        using var stop = new CancellationTokenSource();
        var waiting = new TaskCompletionSource();
        var run = _container.RunAsync(RequestOf(locked, ["true"]) with { Debug = Reporting(waiting) }, stop.Token);
        await waiting.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task Unused_caches_are_removed_and_used_ones_are_not()
    {
        var caches = new CacheDirectories(CacheParent);
        Assert.Empty(caches.RemoveUnused());
        await ReadAsync(Cache("idle"), "touch", "/m/f");
        var running = RunAsync(Cache("busy"), "sh", "-c", "touch /m/begun; while [ ! -e /m/go ]; do sleep 0.01; done");
        await FileAsync("begun");
        var used = Assert.Single(caches.RemoveUnused());
        Assert.Equal([used], Directory.EnumerateDirectories(CacheParent).Where(path => !path.EndsWith("lockfiles", StringComparison.Ordinal)));
        File.WriteAllText(Path.Combine(used, "go"), "");
        Assert.Equal(0, (await running).Status);
        Assert.Empty(caches.RemoveUnused());
        Assert.Equal("", await ReadAsync(Cache("idle"), "ls", "/m"));
    }

    [RequiresTheory(Machine, "runc", "busybox", "chown")]
    [InlineData("mkdir caches && chmod 777 caches")]
    [InlineData("mkdir caches && chown 1000 caches")]
    [InlineData("mkdir elsewhere && ln -s elsewhere caches")]
    [InlineData("touch caches")]
    public async Task Caches_are_not_kept_where_another_user_could_exchange_them(string command)
    {
        await Tool.Named("sh").In(_container.Files.Path).RunAsync("-c", command);
        var error = await Assert.ThrowsAsync<BuildSharpException>(() => ReadAsync(Cache("k"), "true"));
        Assert.StartsWith($"cache mounts: {CacheParent} is not a directory that only you can write to", error.Message, StringComparison.Ordinal);
        Assert.Throws<BuildSharpException>(new CacheDirectories(CacheParent).RemoveUnused);
    }

    [RequiresTheory(Machine, "runc", "busybox")]
    [InlineData(null, "755")]
    [InlineData(Octal.O700, "700")]
    public async Task A_file_system_in_memory_has_its_size_and_mode_and_ends_with_the_run(int? mode, string shown)
    {
        var mount = new TemporaryMount { Destination = "/m", Size = "2m", Mode = mode, Options = ["noexec"] };
        var output = await ReadAsync(mount, "sh", "-c", "touch /m/f; stat -c %a /m; df /m | { read a; read a b c; echo $b; }; grep -o 'tmpfs rw,noexec' /proc/mounts");
        Assert.Equal($"{shown}\n2048\ntmpfs rw,noexec", output);
        Assert.Equal("", await ReadAsync(mount, "ls", "/m"));
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task A_secret_is_a_file_in_memory_that_only_its_owner_reads()
    {
        var mount = Secret("value\n") with { Owner = (1000, 0), Mode = Octal.O400 };
        Assert.Equal("value\n400 1000 0\ntmpfs", await ReadAsync(mount, "sh", "-c", "cat /m; stat -c '%a %u %g' /m; grep ' /m ' /proc/mounts | { read a b c d; echo $c; }"));
        Assert.Contains("Permission denied", (await _container.RunAsync(RequestOf(mount, ["cat", "/m"]) with { User = "2000" })).Output, StringComparison.Ordinal);
        Assert.Contains("Read-only", (await RunAsync(mount, "sh", "-c", "echo x > /m")).Output, StringComparison.Ordinal);
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task A_secret_can_be_a_variable_with_or_without_a_file()
    {
        var variable = Secret("v é\n") with { Env = "TOKEN", IsFile = false };
        Assert.Equal("[v é\n]\nnone", await ReadAsync(variable, "sh", "-c", "echo \"[$TOKEN]\"; [ -e /m ] || echo none"));
        Assert.Equal("vv", await ReadAsync(Secret("v") with { Env = "TOKEN" }, "sh", "-c", "cat /m; echo $TOKEN"));
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task A_secret_that_cannot_be_used_is_named_without_its_value()
    {
        var large = _container.Files.Write("large", new string('x', 512_001));
        var binary = _container.Files["binary"];
        File.WriteAllBytes(binary, [1, 0, 2]);
        var invalid = _container.Files["invalid"];
        File.WriteAllBytes(invalid, [0xFF, 0x41]);
        await FailsAsync("secret s: reading /no/such: Could not find", "/no/such", null);
        await FailsAsync("secret s: reading /: Access to the path '/' is denied.", "/", null);
        await FailsAsync($"secret s: {large} has more than 500 KiB", large, null);
        await FailsAsync("secret s: it has a zero byte, which the variable T cannot have", binary, "T");
        await FailsAsync("secret s: it is not UTF-8, which the variable T must be", invalid, "T");
        Assert.Equal("3", await ReadAsync(Secret("") with { Secret = BuildSharp.Running.Secret.OfFile(binary) }, "sh", "-c", "wc -c < /m"));

        async Task FailsAsync(string expected, string path, string? variable)
        {
            var mount = Secret("") with { Secret = BuildSharp.Running.Secret.OfFile(path), Env = variable };
            var error = await Assert.ThrowsAsync<BuildSharpException>(() => ReadAsync(mount, "true"));
            Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
        }
    }

    private BindMount Bind(string source) =>
        new() { Root = _container.Files["context"], Source = source, Destination = "/m", Options = ["ro", "private", "rbind"] };

    private static CacheMount Cache(string id) =>
        new() { Id = id, Destination = "/m", Options = ["rw", "private", "rbind"], Mode = Octal.O755 };

    private static SecretMount Secret(string value) =>
        new() { Id = "s", Secret = BuildSharp.Running.Secret.OfValue(value), Destination = "/m", Mode = Octal.O400 };

    private RunRequest RequestOf(RunMount mount, IReadOnlyList<string> args) => new() { Args = args, Mounts = [mount], CacheParent = CacheParent };

    private Task<string> ReadAsync(RunMount mount, params string[] args) => _container.ReadAsync(RequestOf(mount, args));

    private Task<(int Status, string Output)> RunAsync(RunMount mount, params string[] args) => _container.RunAsync(RequestOf(mount, args));

    private Task<(int Status, string Output)> RunAsync(RunMount mount, IProgress<string> debug, params string[] args) =>
        _container.RunAsync(RequestOf(mount, args) with { Debug = debug });

    private static Report Reporting(TaskCompletionSource waiting) => new(line =>
    {
        if (line.StartsWith("waiting for the cache k", StringComparison.Ordinal))
        {
            waiting.TrySetResult();
        }
    });

    /// <summary>Waits until a cache has a file of that name.</summary>
    private async Task FileAsync(string name)
    {
        for (var end = Environment.TickCount64 + 60_000; !Directory.Exists(CacheParent)
             || !Directory.EnumerateFiles(CacheParent, name, SearchOption.AllDirectories).Any(); await Task.Delay(5))
        {
            Assert.True(Environment.TickCount64 < end, "the command did not begin");
        }
    }

    private sealed class Report(Action<string> act) : IProgress<string>
    {
        void IProgress<string>.Report(string value) => act(value);
    }
}
