using System.IO.MemoryMappedFiles;
using BuildSharp.Containers.Adding;
using BuildSharp.Containers.Adding.Digests;
using BuildSharp.Containers.Adding.Sources;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Containers;

/// <summary>A remembered digest is used for a file that has not changed, and never for another content. The context is an ext4 whose times
/// are whole seconds: there, files that were changed within a second have the same status.</summary>
public sealed class FileDigestsTests : IDisposable, IProgress<string>
{
    private const Needs All = Needs.Root | Needs.LoopFileSystem;

    private readonly TemporaryDirectory _directory = new();
    private readonly Lazy<LoopFileSystem> _context = new(() => new LoopFileSystem());
    private readonly List<string> _reported = [];

    public void Dispose()
    {
        if (_context.IsValueCreated)
        {
            _context.Value.Dispose();
        }

        _directory.Dispose();
    }

    public void Report(string value)
    {
        lock (_reported)
        {
            _reported.Add(value);
        }
    }

    [RequiresFact(All)]
    public void A_file_that_has_not_changed_is_found_by_its_status()
    {
        Write("f", "content");
        var digest = Build(Later);
        var known = Open(Later);
        Assert.True(known.TryFind(Status("f"), out var content));
        Assert.Equal(Digest.Sha256("content"u8), content);
        Assert.Equal(digest, Build(Later));
    }

    [RequiresFact(All)]
    public void An_edit_within_one_tick_that_keeps_size_and_times_is_seen()
    {
        for (var attempt = 1; ; attempt++)
        {
            Write("f", "before");
            var before = State("f");
            var old = Build(DateTimeOffset.UtcNow);
            Edit("f", "edited");
            var isSameTick = State("f") == before;
            var edited = Build(DateTimeOffset.UtcNow);
            Assert.NotEqual(old, edited);
            Assert.Equal(edited, WithoutMemory());
            if (isSameTick)
            {
                break;
            }

            // A second ended in between, so the status told the edit: that is not the case in question.
            Assert.True(attempt < 100, "never two edits within a second");
        }
    }

    [RequiresFact(All)]
    public async Task An_edit_that_restores_the_modification_time_is_seen()
    {
        Write("f", "before");
        var before = State("f");
        var old = Build(Later);
        await Moment.Until(() => DateTimeOffset.UtcNow.ToUnixTimeSeconds() > before.ChangedSeconds, "the clock stands still");
        Edit("f", "edited");
        var after = State("f");
        Assert.Equal((before.Size, before.ModifiedSeconds, before.Inode), (after.Size, after.ModifiedSeconds, after.Inode));
        Assert.NotEqual(old, Build(Later));
    }

    [RequiresFact(All)]
    public void A_file_that_is_mapped_for_writing_is_not_remembered()
    {
        Write("f", "before");
        using var mapped = MemoryMappedFile.CreateFromFile(_context.Value["f"], FileMode.Open);
        using var view = mapped.CreateViewAccessor();
        view.Write(0, (byte)'B');
        var state = State("f");
        var old = Build(Later);
        // The page is dirty: the kernel does not stamp the file again.
        view.Write(0, (byte)'c');
        Assert.Equal(state, State("f"));
        Assert.NotEqual(old, Build(Later));
    }

    [RequiresFact(All)]
    public void A_file_that_is_open_for_writing_is_not_remembered_and_one_that_is_read_is()
    {
        Write("f", "content");
        using (File.Open(_context.Value["f"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            Build(Later);
            Assert.False(Open(Later).TryFind(Status("f"), out _));
        }

        using var reading = File.OpenRead(_context.Value["f"]);
        Build(Later);
        Assert.True(Open(Later).TryFind(Status("f"), out _));
    }

    [RequiresFact(All)]
    public void A_file_with_attributes_that_are_copied_is_not_remembered()
    {
        Write("f", "content");
        using (var context = DirectoryHandle.Open(_context.Value.Path))
        {
            context.SetXattr("f", "user.a", "b"u8);
        }

        Build(Later);
        Assert.False(Open(Later).TryFind(Status("f"), out _));
        Assert.Equal(WithoutMemory(), Build(Later));
    }

    [RequiresFact(Needs.Root)]
    public void Nothing_is_remembered_on_tmpfs_where_a_mapping_changes_files_without_a_time()
    {
        var context = _directory.MakeDirectory("tmpfs");
        Assert.Equal(0, Tool.Named("mount").Run(["-t", "tmpfs", "tmpfs", context]).ExitCode);
        Assert.Null(FileDigests.TryOpen(_directory["known"], context, DateTimeOffset.UtcNow, this));
        Assert.Equal([$"{context}: its file system does not tell every change of a file, so digests are not remembered"], _reported);
    }

    [RequiresFact(All)]
    public void A_damaged_or_foreign_file_is_made_again()
    {
        Write("f", "content");
        var digest = Build(Later);
        var path = Directory.EnumerateFiles(_directory["known"]).Single();
        var good = File.ReadAllBytes(path);
        for (var at = 0; at < good.Length; at++)
        {
            File.WriteAllBytes(path, [.. good[..at], (byte)(good[at] ^ 0x41), .. good[(at + 1)..]]);
            Assert.Equal(digest, Build(Later));
            Assert.Equal(good, File.ReadAllBytes(path));
            File.WriteAllBytes(path, good[..at]);
            Assert.Equal(digest, Build(Later));
            Assert.Equal(good, File.ReadAllBytes(path));
        }

        Assert.Equal(2 * good.Length, _reported.Count);
        Assert.All(_reported, line => Assert.Matches($"^{path}: is (damaged|not a file of digests); it is made again$", line));
    }

    [RequiresFact(All)]
    public async Task Many_builds_at_once_leave_a_whole_file()
    {
        for (var number = 0; number < 20; number++)
        {
            Write($"f{number}", $"content {number}");
        }

        var expected = WithoutMemory();
        var builds = Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var round = 0; round < 10; round++)
            {
                // The file, and not the temporary one of another build.
                foreach (var file in Directory.EnumerateFiles(_directory.MakeDirectory("known")).Where(file => !Path.HasExtension(file)).Take(round % 2))
                {
                    File.Delete(file);
                }

                Assert.Equal(expected, Build(Later));
            }
        }));
        await Task.WhenAll(builds);
        Assert.Empty(_reported);
        Assert.True(Open(Later).TryFind(Status("f7"), out _));
    }

    [RequiresFact(All)]
    public void Beyond_the_bound_those_go_that_the_build_did_not_meet()
    {
        Write("f", "content");
        var state = State("f");
        var content = Digest.Sha256("content"u8);
        void Note(FileDigests known, ulong from, int count)
        {
            for (var inode = from; inode < from + (ulong)count; inode++)
            {
                known.Note(state with { Inode = inode }, content);
            }
        }

        var first = Open(Later);
        DigestOf(first);
        Note(first, 1_000_000, FileDigests.Most - 1);
        first.Save();
        var second = Open(Later);
        Assert.True(second.TryFind(Status("f"), out _));
        Note(second, 2_000_000, 10);
        second.Save();
        var path = Directory.EnumerateFiles(_directory["known"]).Single();
        var remaining = DigestsFile.Read(path);
        Assert.Equal(11, remaining.Files.Length);
        Assert.True(remaining.IndexOf(state) >= 0);
    }

    private static DateTimeOffset Later => DateTimeOffset.UtcNow.AddHours(1);

    private FileDigests Open(DateTimeOffset now) => FileDigests.TryOpen(_directory["known"], _context.Value.Path, now, this)!;

    /// <summary>Digest of the context as a build makes it that starts at that time.</summary>
    private Digest Build(DateTimeOffset now)
    {
        var known = Open(now);
        var digest = DigestOf(known);
        known.Save();
        return digest;
    }

    private Digest DigestOf(FileDigests? known)
    {
        using var root = DirectoryHandle.Open(_directory.MakeDirectory("container"));
        using var call = new AddCall(
            new AddRequest { Sources = [new LocalSource(_context.Value.Path, "/f*")], Destination = "/f/", DryRun = true, Known = known }, root, "/");
        return call.Run().Digest;
    }

    private Digest WithoutMemory() => DigestOf(known: null);

    private void Write(string name, string content) => File.WriteAllText(_context.Value[name], content);

    /// <summary>Changes the content of a file in place, and restores its modification time.</summary>
    private void Edit(string name, string content)
    {
        var before = File.GetLastWriteTimeUtc(_context.Value[name]);
        using (var file = File.Open(_context.Value[name], FileMode.Open, FileAccess.Write))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(content));
        }

        File.SetLastWriteTimeUtc(_context.Value[name], before);
    }

    private FileStatus Status(string name) => FileStatus.Of(_context.Value[name]);

    private FileState State(string name) => FileState.Of(Status(name));
}
