using BuildSharp.Linux;

namespace BuildSharp.Tests.Linux;

/// <summary>Trees that are deeper than a path may be long, or than a process may have descriptors.</summary>
public sealed class DeepTreeTests : IDisposable
{
    private const int Levels = 3000;

    private readonly string _path = Directory.CreateTempSubdirectory("deep").FullName;
    private readonly DirectoryHandle _root;

    public DeepTreeTests() => _root = DirectoryHandle.Open(_path);

    public void Dispose()
    {
        _root.RemoveContent();
        _root.Dispose();
        Directory.Delete(_path);
    }

    [Fact]
    public void A_tree_deeper_than_any_path_is_removed_with_its_files()
    {
        MakeDeep(_root, Levels);

        Assert.True(_root.RemoveTree("n"));

        Assert.True(_root.IsEmpty());
    }

    [Fact]
    public void A_walk_finds_what_lies_at_the_end_of_a_deep_tree_and_comes_back()
    {
        MakeDeep(_root, Levels);
        File.WriteAllText(Path.Combine(_path, "beside"), "");
        using var walk = new DirectoryWalk(_root);
        var files = new List<(int Depth, int Length)>();
        while (walk.MoveNext())
        {
            if (!walk.TryEnter())
            {
                files.Add((walk.Depth, walk.Path.Length));
            }
        }

        Assert.Equal([(0, "beside".Length), (Levels, (2 * Levels) + "file".Length)], files.Order());
    }

    [Fact]
    public void A_deep_position_keeps_only_a_few_directories_open()
    {
        MakeDeep(_root, 200);
        using var position = new DirectoryPosition(_root);
        var seen = new List<DirectoryHandle>();
        while (position.TryEnter("n"u8))
        {
            seen.Add(position.Directory);
        }

        Assert.Equal(200, position.Depth);
        Assert.InRange(seen.Count(directory => !directory.IsClosed), 1, 10);
    }

    [Fact]
    public void A_directory_that_was_moved_does_not_lead_a_walk_elsewhere()
    {
        MakeDeep(_root, 30);
        Directory.CreateDirectory(Path.Combine(_path, "elsewhere"));
        using var position = new DirectoryPosition(_root);
        while (position.TryEnter("n"u8))
        {
        }

        var tenth = Path.Combine([_path, .. Enumerable.Repeat("n", 10)]);
        Directory.Move(tenth, Path.Combine(_path, "elsewhere", "n"));

        var failure = Assert.Throws<LinuxException>(() =>
        {
            while (position.Depth > 0)
            {
                position.Leave();
            }
        });
        Assert.Equal(Errno.ESTALE, failure.Errno);
        Assert.EndsWith("it was moved or removed meanwhile", failure.Message);
    }

    [Fact]
    public void The_name_of_a_deep_directory_is_its_path()
    {
        MakeDeep(_root, 3);
        using var first = _root.OpenDirectory("n");
        using var third = first.OpenDirectory("n/n");

        Assert.Equal($"{_path}/n/n/n", third.Name);
    }

    [Fact]
    public void A_path_that_would_fill_the_screen_is_shortened_in_messages()
    {
        var name = string.Concat(Enumerable.Repeat("name/", 1000));

        var message = new LinuxException("open", name, Errno.EACCES).Message;

        Assert.InRange(message.Length, 100, 700);
        Assert.StartsWith("open name/name/", message);
        Assert.Contains("…", message);
    }

    private static void MakeDeep(DirectoryHandle root, int levels)
    {
        using var position = new DirectoryPosition(root);
        for (var level = 0; level < levels; level++)
        {
            position.Directory.MakeDirectory("n"u8, 0x1ED);
            position.Enter("n"u8);
        }

        position.Directory.CreateFile("file"u8, 0x1A4).Dispose();
    }
}
