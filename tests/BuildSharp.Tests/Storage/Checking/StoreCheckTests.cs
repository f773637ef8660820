using BuildSharp.Linux;
using BuildSharp.Storage;
using BuildSharp.Storage.Checking;
using BuildSharp.Storage.Containers;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Storage.Checking;

/// <summary>A sound store, broken on purpose in each way, is told so and set right as far as that loses nothing.</summary>
public sealed class StoreCheckTests : IDisposable
{
    private static readonly string Stray = new('d', 64);
    private readonly SampleStore _sample = new();

    public void Dispose() => _sample.Dispose();

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_sound_store_gives_no_finding_and_is_not_written_to()
    {
        var before = Listing();
        Assert.Empty(_sample.Check());
        Assert.Equal(before, Listing());
        Assert.Empty(_sample.Repair());
        Assert.Equal(["localhost/base:1", "localhost/upper:1"], _sample.Store.Images.All().SelectMany(image => image.Names).Order());
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_store_that_does_not_exist_is_not_made()
    {
        using var store = Store.Open(_sample.Options with { GraphRoot = _sample.Shared["none"], RunRoot = _sample.Shared["none-run"] });
        Assert.Empty(store.Check(new CheckOptions()));
        Assert.Empty(store.Check(new CheckOptions { Repair = true }));
        Assert.False(Directory.Exists(_sample.Shared["none"]));
    }

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [InlineData("overlay/{0}/diff/file", "ROOT/overlay/{0}: no layer has this directory")]
    [InlineData("overlay-layers/{0}.tar-split.gz", "ROOT/overlay-layers/{0}.tar-split.gz: belongs to no layer")]
    [InlineData("overlay-layers/{0}/key", "ROOT/overlay-layers/{0}: belongs to no layer")]
    [InlineData("overlay-layers/.tmp-layers.json1", "ROOT/overlay-layers/.tmp-layers.json1: left by a process that is gone")]
    [InlineData("overlay-images/{0}/manifest", "ROOT/overlay-images/{0}: belongs to no image")]
    [InlineData("overlay-containers/{0}/userdata/buildah.json", "ROOT/overlay-containers/{0}: belongs to no container")]
    [InlineData("overlay/tempdirs/temp-dir-dead/0-addition/file", "ROOT/overlay/tempdirs/temp-dir-dead: staged by a process that is gone")]
    [InlineData("overlay-layers/tmp/lock-dead", "ROOT/overlay-layers/tmp/temp-dir-dead: staged by a process that is gone")]
    [InlineData("overlay/staging/dead/staging.lock", "ROOT/overlay/staging/dead: staged by a process that is gone")]
    [InlineData("overlay/metacopy-check12/l1/f", "ROOT/overlay/metacopy-check12: left by a process that is gone")]
    public void What_belongs_to_nothing_is_a_leftover_and_goes(string path, string expected)
    {
        var full = _sample[string.Format(System.Globalization.CultureInfo.InvariantCulture, path, Stray)];
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, "x");
        expected = string.Format(System.Globalization.CultureInfo.InvariantCulture, expected, Stray);

        Assert.Equal("leftover: " + expected, Assert.Single(_sample.Check()));
        Assert.Equal("removed: " + expected, Assert.Single(_sample.Repair()));
        Assert.False(Path.Exists(full));
        AssertWhole();
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_staging_place_in_use_is_no_finding()
    {
        Directory.CreateDirectory(_sample["overlay/tempdirs/temp-dir-live"]);
        using (FileLock.Acquire(_sample["overlay/tempdirs/lock-live"], exclusive: true))
        {
            Assert.Empty(_sample.Check());
            Assert.Empty(_sample.Repair());
            Assert.True(Directory.Exists(_sample["overlay/tempdirs/temp-dir-live"]));
        }

        Assert.Equal("removed: ROOT/overlay/tempdirs/temp-dir-live: staged by a process that is gone", Assert.Single(_sample.Repair()));
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_half_made_layer_is_told_by_a_check_and_removed_by_a_repair()
    {
        _sample.AddRecord("layers", $$"""{"id":"{{Stray}}","flags":{"incomplete":true},"created":"2020-01-01T00:00:00Z"}""");
        Directory.CreateDirectory(_sample[$"overlay/{Stray}/diff"]);

        Assert.Equal($"leftover: layer {Stray} is half made or half removed", Assert.Single(_sample.Check()));
        Assert.Equal($"removed: layer {Stray} is half made or half removed", Assert.Single(_sample.Repair()));
        Assert.DoesNotContain(Stray, _sample.Shared.Records("layers"), StringComparison.Ordinal);
        AssertWhole();
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_layer_that_nothing_uses_is_left_over_once_it_is_old()
    {
        _sample.Store.Containers.Remove(_sample.Container.Id);
        _sample.Edit("images", _ => "[]");
        Directory.Delete(_sample[$"overlay-images/{_sample.Base.Id}"], recursive: true);
        Directory.Delete(_sample[$"overlay-images/{_sample.Upper.Id}"], recursive: true);

        // It may belong to a pull whose image comes last.
        Assert.Empty(_sample.Check());
        Assert.Equal(
            ["leftover: layer BASE is used by no image and no container", "leftover: layer UPPER is used by no image and no container"],
            _sample.Check(new CheckOptions { UnusedLayerAge = TimeSpan.Zero }).Order());
        Assert.Equal(2, _sample.Check(new CheckOptions { UnusedLayerAge = TimeSpan.Zero, Repair = true }).Count(line => line.StartsWith("removed:", StringComparison.Ordinal)));
        Assert.Equal("[]", _sample.Shared.Records("layers"));
        Assert.Empty(Directory.GetFiles(_sample["overlay/l"]));
    }

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [InlineData(false)]
    [InlineData(true)]
    public void Layers_of_an_image_whose_removal_was_interrupted_go_at_once(bool byRepair)
    {
        _sample.Store.Containers.Remove(_sample.Container.Id);
        Directory.CreateDirectory(_sample["overlay/tempdirs/temp-dir-dead"]);
        File.WriteAllText(_sample["overlay/tempdirs/temp-dir-dead/removal"], $"{_sample.Upper.Id}\n{_sample.Upper.TopLayer}\n{_sample.Base.TopLayer}");
        File.WriteAllText(_sample["overlay/tempdirs/lock-dead"], "");
        _sample.Edit("images", text => $"{text[..text.LastIndexOf(",{\"id\"", StringComparison.Ordinal)]}]");
        Directory.Delete(_sample[$"overlay-images/{_sample.Upper.Id}"], recursive: true);

        Assert.Equal("leftover: ROOT/overlay/tempdirs/temp-dir-dead: the removal of image IMAGE2 was interrupted", Assert.Single(_sample.Check()));
        if (byRepair)
        {
            Assert.StartsWith("removed: ", Assert.Single(_sample.Repair()), StringComparison.Ordinal);
        }
        else
        {
            _sample.Store.Containers.Remove(_sample.Store.Containers.Create(new NewContainer()).Id);
        }

        // The lower one is another image's.
        Assert.Equal(_sample.Base.TopLayer, Assert.Single(_sample.Store.Layers.All()).Id);
        Assert.Empty(_sample.Check());
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_removal_that_had_not_begun_is_not_finished()
    {
        Directory.CreateDirectory(_sample["overlay/tempdirs/temp-dir-dead"]);
        File.WriteAllText(_sample["overlay/tempdirs/temp-dir-dead/removal"], $"{_sample.Upper.Id}\n{_sample.Upper.TopLayer}");
        File.WriteAllText(_sample["overlay/tempdirs/lock-dead"], "");

        Assert.StartsWith("removed: ", Assert.Single(_sample.Repair()), StringComparison.Ordinal);
        AssertWhole();
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_short_link_that_leads_nowhere_goes_and_a_missing_one_comes_back()
    {
        File.CreateSymbolicLink(_sample["overlay/l/ABCDEFGHIJKLMNOPQRSTUVWXYZ"], $"../{Stray}/diff");
        var link = File.ReadAllText(_sample.LayerPath(_sample.Base.TopLayer!, "link"));
        File.Delete(_sample[$"overlay/l/{link}"]);

        Assert.Equal(
            [
                $"fault: layer BASE of image localhost/base:1 (IMAGE1): its short link l/{link} is missing or leads elsewhere",
                $"leftover: ROOT/overlay/l/ABCDEFGHIJKLMNOPQRSTUVWXYZ: leads to {Stray}, which is no layer",
            ],
            _sample.Check().Order());
        _sample.Repair();
        Assert.Equal($"../{_sample.Base.TopLayer}/diff", new FileInfo(_sample[$"overlay/l/{link}"]).LinkTarget);
        AssertWhole();
    }

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [InlineData("lower")]
    [InlineData("lower-layers")]
    public void A_wrong_list_of_lower_layers_is_written_again(string file)
    {
        var path = _sample.LayerPath(_sample.Upper.TopLayer!, file);
        var before = File.ReadAllText(path);
        File.WriteAllText(path, "l/QQQQQQQQQQQQQQQQQQQQQQQQQQ");

        Assert.Equal("fault: layer UPPER of image localhost/upper:1 (IMAGE2): its list of lower layers is missing or wrong", Assert.Single(_sample.Check(new CheckOptions { IsQuick = true })));
        Assert.StartsWith("mended: ", Assert.Single(_sample.Repair()), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(path));
        AssertWhole();
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_changed_file_is_found_by_digest_and_not_by_a_quick_check()
    {
        File.WriteAllText(Path.Combine(_sample.Store.Layers.ContentPath(_sample.Base.TopLayer!), "first"), "fIrst");

        Assert.Empty(_sample.Check(new CheckOptions { IsQuick = true }));
        Assert.StartsWith("damage: layer BASE of image localhost/base:1 (IMAGE1): ", Assert.Single(_sample.Check()), StringComparison.Ordinal);
        Assert.StartsWith("kept: ", Assert.Single(_sample.Repair()), StringComparison.Ordinal);
        Assert.Equal(2, _sample.Store.Images.All().Count);

        Assert.StartsWith("removed: ", Assert.Single(_sample.Repair(force: true)), StringComparison.Ordinal);
        Assert.Empty(_sample.Store.Images.All());
        Assert.Empty(_sample.Store.Containers.All());
        Assert.Empty(_sample.Store.Layers.All());
        Assert.Empty(_sample.Check());
    }

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [InlineData("layer", "damage: layer UPPER of image localhost/upper:1 (IMAGE2): ROOT/overlay/UPPER is missing")]
    [InlineData("tar-split", "damage: layer UPPER of image localhost/upper:1 (IMAGE2): ROOT/overlay-layers/UPPER.tar-split.gz is missing")]
    [InlineData("manifest", "damage: image localhost/upper:1 (IMAGE2): ROOT/overlay-images/IMAGE2/manifest (manifest) is missing")]
    [InlineData("shorter manifest", "damage: image localhost/upper:1 (IMAGE2): ROOT/overlay-images/IMAGE2/manifest (manifest) has 1 bytes instead of ")]
    public void What_an_image_lacks_is_damage_that_only_force_removes(string what, string expected)
    {
        switch (what)
        {
            case "layer":
                Directory.Delete(_sample[$"overlay/{_sample.Upper.TopLayer}"], recursive: true);
                break;
            case "tar-split":
                File.Delete(_sample.TarSplit(_sample.Upper.TopLayer!));
                break;
            case "manifest":
                File.Delete(_sample[$"overlay-images/{_sample.Upper.Id}/manifest"]);
                break;
            default:
                File.WriteAllText(_sample[$"overlay-images/{_sample.Upper.Id}/manifest"], "x");
                break;
        }

        var records = _sample.Shared.Records("layers") + _sample.Shared.Records("images") + _sample.Shared.Records("containers");
        Assert.Contains(_sample.Check(), line => line.StartsWith(expected, StringComparison.Ordinal));
        Assert.Contains(_sample.Repair(), line => line.StartsWith(expected.Replace("damage", "kept", StringComparison.Ordinal), StringComparison.Ordinal));
        Assert.Equal(records, _sample.Shared.Records("layers") + _sample.Shared.Records("images") + _sample.Shared.Records("containers"));

        _sample.Repair(force: true);
        Assert.Equal("localhost/base:1", Assert.Single(Assert.Single(_sample.Store.Images.All()).Names));
        Assert.Empty(_sample.Store.Containers.All());
        Assert.Empty(_sample.Check());
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void Records_that_name_what_is_missing_are_told()
    {
        _sample.Edit("layers", text => text.Replace(_sample.Base.TopLayer!, Stray, StringComparison.Ordinal));
        var found = _sample.Check(new CheckOptions { IsQuick = true });
        Assert.Contains("damage: image localhost/base:1 (IMAGE1): its layer BASE is missing", found);

        // The files are there, so a repair does not take the only copy away.
        Assert.True(Directory.Exists(_sample[$"overlay/{_sample.Base.TopLayer}"]));
        _sample.Repair();
        Assert.True(Directory.Exists(_sample[$"overlay/{_sample.Base.TopLayer}"]));
        Assert.True(File.Exists(_sample.TarSplit(_sample.Base.TopLayer!)));
    }

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [InlineData(null, true)]
    [InlineData("userdata", true)]
    [InlineData("userdata/config.json", false)]
    public void A_container_of_which_nothing_is_left_but_its_record_is_the_rest_of_a_removal(string? path, bool isRest)
    {
        _sample.AddRecord("containers", $$"""{"id":"{{Stray}}","names":["gone"],"image":"","layer":"{{new string('e', 64)}}","created":"2020-01-01T00:00:00Z"}""");
        if (path is not null)
        {
            Directory.CreateDirectory(_sample[$"overlay-containers/{Stray}/userdata"]);
            if (path.Contains('.', StringComparison.Ordinal))
            {
                File.WriteAllText(_sample[$"overlay-containers/{Stray}/{path}"], "{}");
            }
        }

        Assert.Equal(
            isRest
                ? $"leftover: container gone ({Stray}) is half removed: its layer {new string('e', 64)} is gone"
                : $"damage: container gone ({Stray}): its layer {new string('e', 64)} is missing",
            Assert.Single(_sample.Check()));
        _sample.Repair();
        Assert.Equal(isRest ? 0 : 1, _sample.Check().Count);
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_container_without_its_image_is_damaged_and_one_without_any_layer_half_removed()
    {
        _sample.AddRecord("containers", $$"""{"id":"{{Stray}}","names":["gone"],"image":"","layer":"{{new string('e', 64)}}","created":"2020-01-01T00:00:00Z"}""");
        Directory.CreateDirectory(_sample[$"overlay-containers/{Stray}/userdata"]);
        File.WriteAllText(_sample[$"overlay-containers/{Stray}/userdata/buildah.json"], "{}");
        _sample.Edit("images", text => text.Replace($"\"id\":\"{_sample.Upper.Id}\"", $"\"id\":\"{Stray}\"", StringComparison.Ordinal));

        var found = _sample.Check();
        Assert.Contains("damage: container work (CONTAINER): its image IMAGE2 is missing", found);
        Assert.Contains($"leftover: container gone ({Stray}) is half removed: its layer {new string('e', 64)} is gone", found);
        _sample.Repair();
        Assert.Equal("work", Assert.Single(Assert.Single(_sample.Store.Containers.All()).Names));
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_name_that_two_images_have_stays_with_the_later_one()
    {
        _sample.Edit("images", text => text.Replace("\"names\":[\"localhost/base:1\"]", "\"names\":[\"localhost/upper:1\",\"localhost/base:1\"]", StringComparison.Ordinal));
        Assert.Equal("fault: images IMAGE1 and IMAGE2 have the same name localhost/upper:1; the second one keeps it", Assert.Single(_sample.Check()));
        Assert.StartsWith("mended: ", Assert.Single(_sample.Repair()), StringComparison.Ordinal);
        Assert.Equal(["localhost/base:1"], _sample.Store.Images.Find(_sample.Base.Id)!.Names);
        AssertWhole();
    }

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [InlineData("layers", "[{\"id\":\"x\"")]
    [InlineData("images", "{\"id\":5}")]
    [InlineData("containers", "")]
    public void While_records_cannot_be_read_nothing_is_repaired(string kind, string content)
    {
        Directory.CreateDirectory(_sample[$"overlay/{Stray}/diff"]);
        File.WriteAllText(_sample[$"overlay-{kind}/{kind}.json"], content);

        Assert.StartsWith($"damage: ROOT/overlay-{kind}/{kind}.json is damaged", Assert.Single(_sample.Check()), StringComparison.Ordinal);
        Assert.StartsWith($"kept: ROOT/overlay-{kind}/{kind}.json is damaged", Assert.Single(_sample.Repair(force: true)), StringComparison.Ordinal);
        Assert.True(Directory.Exists(_sample[$"overlay/{Stray}"]));
        Assert.Equal(content, _sample.Shared.Records(kind));
    }

    private void AssertWhole()
    {
        Assert.Empty(_sample.Check());
        var root = _sample.Store.Containers.Mount(_sample.Container.Id);
        Assert.Equal("first", File.ReadAllText(Path.Combine(root, "first")));
        Assert.Equal("second", File.ReadAllText(Path.Combine(root, "second")));
        _sample.Store.Containers.Unmount(_sample.Container.Id);
    }

    private string Listing() => Tool.Named("find").Run([_sample.Shared.Root, _sample.Shared.RunRoot, "-printf", "%p %T@ %s %m\n"]).Output;
}
