using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Containers;
using BuildSharp.Storage.Images;
using BuildSharp.Testing;
using BuildSharp.Tests.Storage.Checking;

namespace BuildSharp.Tests.Storage;

/// <summary>Stores that somebody with an editor, a broken disk or bad intentions has had in hands: nothing waits, nothing leaves the store.</summary>
public sealed class HostileStoreTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private readonly SampleStore _sample = new();

    public void Dispose() => _sample.Dispose();

    public static TheoryData<string> Files =>
    [
        "overlay-layers/layers.json", "overlay-images/images.json", "overlay-containers/containers.json", "overlay-images/IMAGE/manifest",
        "overlay-layers/UPPER.tar-split.gz", "overlay/CONTAINER/lower-layers",
    ];

    [RequiresTheory(Needs.Root | Needs.Overlay, "mkfifo")]
    [MemberData(nameof(Files))]
    public async Task A_pipe_in_the_place_of_a_file_is_refused_and_not_waited_for(string file)
    {
        var path = _sample[file.Replace("IMAGE", _sample.Upper.Id).Replace("UPPER", _sample.Upper.TopLayer).Replace("CONTAINER", _sample.Container.LayerId)];
        File.Delete(path);
        await Tool.Named("mkfifo").RunAsync(path);
        await Task.Run(() =>
        {
            var error = Assert.Throws<BuildSharpException>(UseAll);
            Assert.Equal($"cannot read {path}: it is not a regular file", error.Message);
            Assert.Contains(_sample.Check(), line => line.Contains("it is not a regular file") || file.Contains("CONTAINER"));
        }).WaitAsync(Soon);
    }

    [RequiresFact(Needs.Root | Needs.Overlay, "mkfifo")]
    public async Task Mount_counts_and_states_are_not_waited_for_either()
    {
        var counts = Path.Combine(_sample.Options.RunRoot, "overlay-layers/mountpoints.json");
        File.Delete(counts);
        await Tool.Named("mkfifo").RunAsync(counts);
        var error = await Assert.ThrowsAsync<BuildSharpException>(() => Task.Run(UseAll).WaitAsync(Soon));
        Assert.Equal($"cannot read {counts}: it is not a regular file", error.Message);
        File.Delete(counts);

        var state = _sample[$"overlay-containers/{_sample.Container.Id}/userdata/buildah.json"];
        File.Delete(state);
        await Tool.Named("mkfifo").RunAsync(state);
        Assert.Contains(await Task.Run(() => _sample.Check()).WaitAsync(Soon), line => line.Contains("buildah.json cannot be read: it is not a regular file"));
    }

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [InlineData("layers", "{\"id\":\"../../victim\",\"flags\":{\"incomplete\":true}}", "\"../../victim\" is no id")]
    [InlineData("layers", "{\"id\":\"..\",\"flags\":{\"incomplete\":true}}", "\"..\" is no id")]
    [InlineData("layers", "{\"flags\":{\"incomplete\":true}}", "a record has no id")]
    [InlineData("layers", "{\"id\":\"a\",\"parent\":\"../x\"}", "\"../x\" is no id")]
    [InlineData("images", "{\"id\":\"/etc\"}", "\"/etc\" is no id")]
    [InlineData("images", "{\"id\":\"a\",\"layer\":\"x/y\"}", "\"x/y\" is no id")]
    [InlineData("containers", "{\"id\":\"a\",\"layer\":\"../../victim\"}", "\"../../victim\" is no id")]
    [InlineData("containers", "{\"id\":\"a\\u0000\"}", "is no id")]
    public void An_id_that_leads_elsewhere_is_damage(string kind, string record, string problem)
    {
        var victim = _sample["../victim"];
        Directory.CreateDirectory(victim);
        try
        {
            _sample.Edit(kind, text => $"{text[..^1]},{record}]");
            var error = Assert.Throws<BuildSharpException>(UseAll);
            Assert.Contains($"{kind}.json is damaged (", error.Message);
            Assert.Contains(problem, error.Message);
            Assert.All(_sample.Repair(force: true), line => Assert.Contains("is damaged", line));
            Assert.True(Directory.Exists(victim));
            Assert.True(Directory.Exists(_sample["overlay/l"]));
        }
        finally
        {
            Directory.Delete(victim);
        }
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void What_follows_a_list_is_damage()
    {
        _sample.Edit("images", text => text + "[]");
        Assert.Contains("images.json is damaged (", Assert.Throws<BuildSharpException>(UseAll).Message);
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void Of_two_records_with_one_id_the_first_counts()
    {
        foreach (var kind in new[] { "layers", "images", "containers" })
        {
            _sample.Edit(kind, text => $"{text[..^1]},{text[1..]}");
        }

        using var store = Store.Open(_sample.Options);
        Assert.Equal(2, store.Images.All().Count);
        Assert.Equal(3, store.Layers.All().Count);
        Assert.Single(store.Containers.All());
        store.Containers.Remove(_sample.Container.Id);
        Assert.Empty(_sample.Check());
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void Counts_of_one_layer_told_twice_count_once()
    {
        var counts = Path.Combine(_sample.Options.RunRoot, "overlay-layers/mountpoints.json");
        _sample.Store.Containers.Mount(_sample.Container.Id);
        var text = File.ReadAllText(counts);
        File.WriteAllText(counts, $"{text[..^1]},{text[1..]}");
        Assert.Single(_sample.Store.Layers.MountPoints());
        Assert.True(_sample.Store.Containers.Unmount(_sample.Container.Id));
        Assert.Equal("[]", File.ReadAllText(counts));
    }

    [RequiresFact(Needs.Root | Needs.Overlay, "mkfifo")]
    public async Task A_lock_that_is_no_file_is_named()
    {
        var path = _sample["overlay-images/images.lock"];
        File.Delete(path);
        await Tool.Named("mkfifo").RunAsync(path);
        var error = await Assert.ThrowsAsync<BuildSharpException>(() => Task.Run(UseAll).WaitAsync(Soon));
        Assert.Equal($"cannot read {path}: illegal seek", error.Message);
    }

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [InlineData("link", "l/../../../victim")]
    [InlineData("link", "AAAAAAAAAAAA\0AAAAAAAAAAAAA")]
    [InlineData("lower", "l/AAAAAAAAAAAA\0AAAAAAAAAAAAA")]
    [InlineData("lower", "l/../../victim")]
    [InlineData("lower-layers", "a\0b")]
    public void A_name_that_no_file_can_have_is_found_and_mended(string file, string text)
    {
        File.WriteAllText(_sample.LayerPath(_sample.Container.LayerId, file), text);
        Assert.StartsWith("fault: layer OWN of container work (CONTAINER): its ", Assert.Single(_sample.Check()));
        Assert.StartsWith("mended: layer OWN of container work (CONTAINER): its ", Assert.Single(_sample.Repair()));
        Assert.Empty(_sample.Check());
        UseAll();
    }

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [InlineData("overlay", "")]
    [InlineData("overlay", "/diff")]
    [InlineData("vfs", "")]
    public void Nothing_is_written_through_a_link_in_the_place_of_a_layer(string driver, string directory)
    {
        using var other = driver == "vfs" ? new SampleStore("vfs") : null;
        var store = other ?? _sample;
        var path = store[(driver == "vfs" ? "vfs/dir/" : "overlay/") + store.Container.LayerId + directory];
        var victim = store["../victim"];
        Tool.Named("cp").Run(["-a", path, victim]);
        Directory.Delete(path, recursive: true);
        File.CreateSymbolicLink(path, victim);
        var before = Tool.Named("find").Run([victim, "-printf", "%p %y %m %s\n"]).Output;

        Assert.Contains(" is a link, in the place of a directory", Assert.Throws<BuildSharpException>(() => store.Store.Containers.Mount(store.Container.Id)).Message);
        Assert.Throws<BuildSharpException>(() => SharedStore.CommitImage(store.Store, store.Container, "localhost/x:1", adopt: true));
        Assert.Contains(store.Check(), line => line.StartsWith("damage: ", StringComparison.Ordinal) && line.EndsWith("is a link, in the place of a directory", StringComparison.Ordinal));
        store.Repair(force: true);
        Assert.Empty(store.Check());
        Assert.Equal(before, Tool.Named("find").Run([victim, "-printf", "%p %y %m %s\n"]).Output);
        Assert.Empty(store.Store.Containers.All());
    }

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [InlineData("overlay/tempdirs", "rm -rf $0; : >$0")]
    [InlineData("overlay-layers/tmp", "rm -rf $0; ln -s tmp $0")]
    public void A_staging_place_that_is_no_directory_is_told(string place, string script)
    {
        Tool.Named("sh").Run(["-ec", script, _sample[place]]);
        Assert.Equal($"damage: ROOT/{place} is no directory, so nothing can be stored or removed; move it away", Assert.Single(_sample.Check()));
        Assert.StartsWith("cannot write below ", Assert.Throws<BuildSharpException>(() => _sample.Store.Commits.CommitLayer(_sample.Container.Id, new LayerCommit())).Message);
        File.Delete(_sample[place]);
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void Nothing_is_written_through_a_link_in_the_place_of_an_image()
    {
        var victim = Directory.CreateDirectory(_sample["../victim"]).FullName;
        Directory.Delete(_sample[$"overlay-images/{_sample.Upper.Id}"], recursive: true);
        File.CreateSymbolicLink(_sample[$"overlay-images/{_sample.Upper.Id}"], victim);
        var image = new NewImage { Id = _sample.Upper.Id, TopLayer = _sample.Upper.TopLayer, Data = [new("manifest", "{}"u8.ToArray())] };
        Assert.Contains("is a link, in the place of a directory", Assert.Throws<BuildSharpException>(() => _sample.Store.Images.Create(image)).Message);
        Assert.Empty(Directory.GetFiles(victim));
    }

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [InlineData("storage.lock")]
    [InlineData("overlay-layers/layers.lock")]
    [InlineData("overlay-images/images.lock")]
    [InlineData("overlay-containers/containers.lock")]
    public void A_lock_that_leads_elsewhere_is_refused_and_nothing_is_written_there(string file)
    {
        var victim = _sample["../victim"];
        File.WriteAllText(victim, "as it was");
        File.Delete(_sample[file]);
        File.CreateSymbolicLink(_sample[file], victim);
        Assert.Equal($"cannot lock {_sample[file]}: a symbolic link stands there, which could lead anywhere; remove it and repeat", Assert.Throws<BuildSharpException>(UseAll).Message);
        Assert.Equal("as it was", File.ReadAllText(victim));

        // What the message advises is enough.
        File.Delete(_sample[file]);
        UseAll();
    }

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [InlineData("99999999999")]
    [InlineData("2147483647")]
    [InlineData("1.5")]
    public void A_count_that_cannot_be_is_damage(string count)
    {
        _sample.Store.Containers.Mount(_sample.Container.Id);
        _sample.Store.Containers.Unmount(_sample.Container.Id);
        var counts = Path.Combine(_sample.Options.RunRoot, "overlay-layers/mountpoints.json");
        File.WriteAllText(counts, $"[{{\"id\":\"{_sample.Container.LayerId}\",\"path\":\"/\",\"count\":{count}}}]");
        Assert.Contains($"mountpoints.json is damaged ({count} is no count)", Assert.Throws<BuildSharpException>(() => _sample.Store.Containers.Mount(_sample.Container.Id)).Message);
        File.Delete(counts);
    }

    [RequiresFact(Needs.Root | Needs.Overlay, "mkfifo")]
    public async Task A_container_whose_files_are_no_directory_can_be_removed()
    {
        var link = _sample.LayerPath(_sample.Container.LayerId, "link");
        var target = Path.Combine(_sample["overlay/l"], File.ReadAllText(link));
        File.Delete(target);
        File.Delete(link);
        await Tool.Named("mkfifo").RunAsync(link);
        var diff = _sample.LayerPath(_sample.Container.LayerId, "diff");
        Directory.Delete(diff);
        File.WriteAllText(diff, "");
        _sample.Store.Containers.Remove(_sample.Container.Id);
        Assert.Empty(_sample.Check());
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public async Task A_layer_below_itself_ends_every_walk()
    {
        _sample.Edit("layers", text => text.Replace($"{{\"id\":\"{_sample.Base.TopLayer}\"", $"{{\"id\":\"{_sample.Base.TopLayer}\",\"parent\":\"{_sample.Upper.TopLayer}\""));
        using var store = Store.Open(_sample.Options);
        await Task.Run(() =>
        {
            Assert.True(store.Images.Size(_sample.Upper) > 0);
            Assert.Contains("lies below itself in ", Assert.Throws<BuildSharpException>(() => store.Layers.Chain(_sample.Upper.TopLayer)).Message);
            Assert.NotEmpty(_sample.Check());
        }).WaitAsync(Soon);
    }

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [InlineData("../../../../etc")]
    [InlineData("..")]
    public void A_list_of_lower_layers_that_leads_elsewhere_is_damage_and_is_mended(string lowers)
    {
        var path = _sample[$"overlay/{_sample.Container.LayerId}/lower-layers"];
        File.WriteAllText(path, lowers);
        var error = Assert.Throws<BuildSharpException>(() => _sample.Store.Containers.Mount(_sample.Container.Id));
        Assert.Equal($"{path} is damaged (it does not list layers); run \"check --repair\", which writes it anew", error.Message);
        Assert.NotEmpty(_sample.Repair());
        _sample.Store.Containers.Mount(_sample.Container.Id);
        _sample.Store.Containers.Unmount(_sample.Container.Id);
        Assert.Empty(_sample.Check());
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_lower_layer_that_is_gone_is_named()
    {
        var stranger = new string('a', 64);
        File.WriteAllText(_sample[$"overlay/{_sample.Container.LayerId}/lower-layers"], stranger);
        var error = Assert.Throws<BuildSharpException>(() => _sample.Store.Containers.Mount(_sample.Container.Id));
        Assert.StartsWith($"layer {stranger} has lost its files in ", error.Message);
    }

    [RequiresFact(Needs.Root | Needs.Overlay, "buildah")]
    public async Task A_container_in_a_user_namespace_of_its_own_is_not_mounted_with_the_wrong_owners()
    {
        var name = await _sample.Shared.Buildah.ReadAsync(
            "from", "--pull-never", "--userns-uid-map", "0:100000:65536", "--userns-gid-map", "0:100000:65536", "upper:1");
        using var store = Store.Open(_sample.Options);
        var container = store.Containers.Find(name)!;
        Assert.True(container.HasIdMaps);
        var error = Assert.Throws<BuildSharpException>(() => store.Containers.Mount(container.Id));
        Assert.Contains("has a user namespace of its own", error.Message);
        store.Containers.Remove(container.Id);
        Assert.Empty(_sample.Check());
    }

    /// <summary>Reads everything, so that some part of it meets the damage.</summary>
    private void UseAll()
    {
        using var store = Store.Open(_sample.Options);
        store.Layers.All();
        store.Containers.All();
        foreach (var image in store.Images.All())
        {
            store.Images.TryReadData(image.Id, "manifest");
        }

        store.Layers.MountPoints();
        store.Layers.OpenTar(_sample.Upper.TopLayer!).Dispose();
        store.Containers.Unmount(_sample.Container.Id);
        store.Containers.Mount(_sample.Container.Id);
        store.Containers.Unmount(_sample.Container.Id);
        store.Containers.Remove(_sample.Container.Id);
    }
}
