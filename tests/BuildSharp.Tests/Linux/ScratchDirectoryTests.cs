using System.Diagnostics;
using BuildSharp.Linux;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Linux;

public sealed class ScratchDirectoryTests
{
    private const string Abandoned = "buildsharp-0123456789abcdef0123456789abcdef";

    [Fact]
    public void What_has_an_owner_stays_and_what_has_none_goes()
    {
        using var temporary = new TemporaryDirectory();
        MakeAbandoned(temporary, Abandoned);
        using var held = ScratchDirectory.Create(temporary.Path);
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(held.Path));

        Assert.Empty(ScratchDirectory.RemoveAbandoned(temporary.Path));

        Assert.Equal([held.Path], Directory.EnumerateFileSystemEntries(temporary.Path));
        held.Dispose();
        Assert.Empty(Directory.EnumerateFileSystemEntries(temporary.Path));
    }

    [Fact]
    public void Only_what_this_user_alone_can_have_made_is_removed()
    {
        using var temporary = new TemporaryDirectory();
        MakeAbandoned(temporary, "buildsharp-of-mine");
        MakeAbandoned(temporary, Abandoned[..^1] + "e");
        File.SetUnixFileMode(temporary[Abandoned[..^1] + "e"], (UnixFileMode)0b111_101_101);
        temporary.MakeDirectory("elsewhere/precious");
        File.CreateSymbolicLink(temporary[Abandoned], temporary["elsewhere"]);
        temporary.Write(Abandoned[..^1] + "0", "a file");

        Assert.Empty(ScratchDirectory.RemoveAbandoned(temporary.Path));

        Assert.Equal(5, Directory.EnumerateFileSystemEntries(temporary.Path).Count());
        Assert.True(Directory.Exists(temporary["elsewhere/precious"]));
    }

    [Fact]
    public void A_missing_directory_of_temporary_files_holds_nothing_and_is_made_when_needed()
    {
        using var temporary = new TemporaryDirectory();
        Assert.Empty(ScratchDirectory.RemoveAbandoned(temporary["missing"]));
        using var made = ScratchDirectory.Create(temporary["missing"]);
        Assert.True(Directory.Exists(made.Path));
    }

    [Fact]
    public async Task A_program_that_still_writes_there_is_ended_first_and_one_that_reads_is_not()
    {
        using var temporary = new TemporaryDirectory();
        MakeAbandoned(temporary, Abandoned);
        temporary.Write("own", "");
        using var writer = Process.Start("sh", ["-c", $"exec sleep 100 >{temporary[Abandoned]}/out"]);
        using var reader = Process.Start("sh", ["-c", $"exec sleep 100 <{temporary[Abandoned]}/file >{temporary["own"]}"]);
        try
        {
            for (var end = Environment.TickCount64 + 30_000; !IsSleep(writer) || !IsSleep(reader); await Task.Delay(5))
            {
                Assert.True(Environment.TickCount64 < end, "the two programs have not started");
            }

            Assert.Empty(ScratchDirectory.RemoveAbandoned(temporary.Path));

            await writer.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal(137, writer.ExitCode);
            Assert.False(reader.HasExited);
            Assert.False(Directory.Exists(temporary[Abandoned]));
        }
        finally
        {
            writer.Kill();
            reader.Kill();
        }
    }

    private static bool IsSleep(Process process) => File.ReadAllText($"/proc/{process.Id}/comm") == "sleep\n";

    private static void MakeAbandoned(TemporaryDirectory temporary, string name)
    {
        temporary.Write($"{name}/file", "left behind");
        File.SetUnixFileMode(temporary[name], (UnixFileMode)0b111_000_000);
    }
}
