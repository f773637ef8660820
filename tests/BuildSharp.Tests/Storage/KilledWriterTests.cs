using BuildSharp.Linux;
using BuildSharp.Storage;
using BuildSharp.Storage.Containers;
using BuildSharp.Testing;
using BuildSharp.Tests.Storage.Checking;

namespace BuildSharp.Tests.Storage;

/// <summary>What the next one that writes does about a process that was killed in the middle of its work.</summary>
public sealed class KilledWriterTests : IDisposable
{
    private readonly SampleStore _sample = new();

    public void Dispose() => _sample.Dispose();

    private string Marks => Path.Combine(_sample.Options.RunRoot, "overlay-writers");

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void What_it_left_is_removed_when_its_mark_is_found()
    {
        LeaveRubbish();
        Assert.Equal(4, _sample.Check().Count);
        File.WriteAllText(Path.Combine(Marks, "killed"), "");

        using (var store = Store.Open(_sample.Options))
        {
            store.Containers.Remove(store.Containers.Create(new NewContainer()).Id);
        }

        Assert.Empty(_sample.Check());
        Assert.False(File.Exists(Path.Combine(Marks, "killed")));
        Assert.Equal(2, _sample.Store.Images.All().Count);
        Assert.Single(_sample.Store.Containers.All());
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void The_mark_of_one_that_lives_means_nothing()
    {
        LeaveRubbish();
        var mark = Path.Combine(Marks, "living");
        using var held = FileLock.Acquire(mark, exclusive: true);

        using (var store = Store.Open(_sample.Options))
        {
            store.Containers.Remove(store.Containers.Create(new NewContainer()).Id);
        }

        Assert.Equal(4, _sample.Check().Count);
        Assert.True(File.Exists(mark));
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void Who_only_reads_leaves_no_mark_and_who_writes_takes_his_away()
    {
        _sample.Store.Dispose();
        Assert.Empty(Directory.EnumerateFiles(Marks));
        using var store = Store.Open(_sample.Options);
        store.Images.All();
        Assert.Empty(Directory.EnumerateFiles(Marks));
        store.Containers.Rename(_sample.Container.Id, "new");
        Assert.Single(Directory.EnumerateFiles(Marks));
    }

    private void LeaveRubbish()
    {
        File.WriteAllText(_sample["overlay-images/.tmp-images.json0123"], "");
        File.WriteAllText(_sample["overlay-containers/.tmp-containers.json0123"], "");
        Directory.CreateDirectory(_sample[$"overlay-containers/{new string('a', 64)}/userdata"]);
        File.WriteAllText(
            Path.Combine(_sample.Options.RunRoot, "overlay-layers/mountpoints.json"),
            $$"""[{"id":"{{_sample.Container.LayerId}}","path":"{{_sample.LayerPath(_sample.Container.LayerId, "merged")}}","count":1}]""");
    }
}
