using BuildSharp.Storage.Containers;
using BuildSharp.Storage.Images;
using BuildSharp.Storage.Locking;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Storage;

/// <summary>Locks of this code and of other programs keep each other waiting.</summary>
public sealed class StoreLockInteropTests : IDisposable
{
    /// <summary>Takes the kind of lock that Go's tools take, which belongs to the process, until a file appears.</summary>
    private const string HoldPosixLock = """
        use Fcntl;
        open(my $file, "+<", $ARGV[0]) or die "open: $!";
        my $range = pack("s s x4 q q l x4", F_WRLCK, 0, 0, 0, 0);
        fcntl($file, F_SETLKW, $range) or die "fcntl: $!";
        open(my $sign, ">", $ARGV[1]); close($sign);
        until (-e $ARGV[2]) { select(undef, undef, undef, 0.01); }
        """;

    private readonly SharedStore _shared = new();

    public void Dispose() => _shared.Dispose();

    [RequiresFact(Needs.Root | Needs.Overlay, "perl")]
    public async Task We_wait_for_a_lock_that_another_program_holds()
    {
        using var store = _shared.Open();
        store.Images.Create(new NewImage { Names = ["localhost/a:1"] });
        var path = LockOf("images");
        var holder = Tool.Named("perl").RunAsync("-e", HoldPosixLock, path, _shared["held"], _shared["go"]);
        await UntilAsync(() => File.Exists(_shared["held"]) || holder.IsFaulted);

        var listing = Task.Run(() => store.Images.All());
        await UntilAsync(() => IsWaitedFor(path));
        Assert.False(listing.IsCompleted);

        await File.WriteAllTextAsync(_shared["go"], "");
        Assert.Single(await listing.WaitAsync(TimeSpan.FromSeconds(30)));
        await holder;
    }

    [RequiresTheory(Needs.Root | Needs.Overlay, "buildah")]
    [InlineData("images", "images")]
    [InlineData("containers", "containers")]
    [InlineData("layers", "images")]
    public async Task Buildah_waits_for_a_lock_that_we_hold(string kind, string verb)
    {
        using var store = _shared.Open();
        store.Images.Create(new NewImage { Names = ["localhost/a:1"] });
        store.Containers.Create(new NewContainer());
        var path = LockOf(kind);
        Task<ToolResult> listing;
        using (new StoreLock(this, LockRank.Images, path).Write())
        {
            listing = _shared.Buildah.RunAsync(verb);
            await UntilAsync(() => IsWaitedFor(path));
            Assert.False(listing.IsCompleted);
        }

        await listing;
    }

    [RequiresFact(Needs.Root | Needs.Overlay, "perl")]
    public async Task Two_readers_do_not_wait_for_each_other()
    {
        using var store = _shared.Open();
        store.Images.Create(new NewImage { Names = ["localhost/a:1"] });
        var holder = Tool.Named("perl").RunAsync(
            "-e", HoldPosixLock.Replace("F_WRLCK", "F_RDLCK", StringComparison.Ordinal), LockOf("images"), _shared["held"], _shared["go"]);
        await UntilAsync(() => File.Exists(_shared["held"]) || holder.IsFaulted);
        Assert.Single(store.Images.All());
        await File.WriteAllTextAsync(_shared["go"], "");
        await holder;
    }

    private string LockOf(string kind) => Path.Combine(_shared.Root, $"overlay-{kind}", $"{kind}.lock");

    /// <summary>Whether the kernel lists somebody who waits for the file: "5: -> POSIX ADVISORY READ 77 fe:00:1234 0 EOF".</summary>
    private static bool IsWaitedFor(string path)
    {
        var inode = Tool.Named("stat").Run(["-c", "%i", path]).Output.Trim();
        return File.ReadAllLines("/proc/locks").Any(line => line.Contains("->", StringComparison.Ordinal) && line.Contains($":{inode} ", StringComparison.Ordinal));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var end = Environment.TickCount64 + 30_000; !condition(); await Task.Delay(10))
        {
            Assert.True(Environment.TickCount64 < end, "nobody took, or waits for, the lock");
        }
    }
}
