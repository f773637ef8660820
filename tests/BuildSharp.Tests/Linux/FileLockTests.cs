using System.Diagnostics;
using System.Runtime.InteropServices;
using BuildSharp.Linux;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Tests.Linux;

public sealed class FileLockTests : IDisposable
{
    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("lock").FullName, "x.lock");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    [Fact]
    public void Readers_share_and_a_writer_is_alone()
    {
        using var first = FileLock.Acquire(_path, exclusive: false);
        using var second = FileLock.TryAcquire(_path, exclusive: false);
        Assert.NotNull(second);
        Assert.Null(FileLock.TryAcquire(_path, exclusive: true));
        second.Dispose();
        first.Dispose();
        using var writer = FileLock.TryAcquire(_path, exclusive: true);
        Assert.NotNull(writer);
        Assert.Null(FileLock.TryAcquire(_path, exclusive: false));
        Assert.Equal(0x1A4, FileStatus.Of(_path).Mode);
    }

    [Fact]
    public void A_process_with_posix_locks_sees_ours()
    {
        using (FileLock.Acquire(_path, exclusive: true))
        {
            Assert.Equal("busy", TryInPython());
        }

        Assert.Equal("free", TryInPython());
    }

    [Fact]
    public void A_released_lock_is_free_although_a_child_still_shares_its_descriptor()
    {
        var held = FileLock.Acquire(_path, exclusive: true);
        var shared = Duplicate((int)held.File.DangerousGetHandle());
        Assert.True(shared > 2);
        using var keptOpen = new SafeFileHandle(shared, ownsHandle: true);
        held.Dispose();
        using var next = FileLock.TryAcquire(_path, exclusive: true);
        Assert.NotNull(next);
    }

    [DllImport("libc", EntryPoint = "dup")]
    private static extern int Duplicate(int descriptor);

    private string TryInPython()
    {
        const string script = """
            import fcntl, sys
            try:
                fcntl.lockf(open(sys.argv[1], "r+"), fcntl.LOCK_EX | fcntl.LOCK_NB)
                print("free")
            except OSError:
                print("busy")
            """;
        using var python = Process.Start(new ProcessStartInfo("python3", ["-c", script, _path]) { RedirectStandardOutput = true })!;
        var said = python.StandardOutput.ReadToEnd().Trim();
        python.WaitForExit();
        return said;
    }
}
