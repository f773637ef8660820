using BuildSharp.Linux;
using BuildSharp.Storage;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Storage.Checking;

/// <summary>A sound store, broken on purpose in each way, is told so and set right as far as that loses nothing.</summary>
public sealed class StoreCheckTests : IDisposable
{
    private static readonly string Stray = new('d', 64);
    private readonly SampleStore sample = new();

    public void Dispose() => sample.Dispose();

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_sound_store_gives_no_finding_and_is_not_written_to()
    {
        var before = Listing();
        Assert.Empty(sample.Check());
        Assert.Equal(before, Listing());
        Assert.Empty(sample.Repair());
        Assert.Equal(["localhost/base:1", "localhost/upper:1"], sample.Store.Images().SelectMany(image => image.Names).Order());
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_store_that_does_not_exist_is_not_made()
    {
        using var store = Store.Open(sample.Options with { GraphRoot = sample.Shared["none"], RunRoot = sample.Shared["none-run"] });
        Assert.Empty(store.Check(new CheckOptions()));
        Assert.Empty(store.Check(new CheckOptions { Repair = true }));
        Assert.False(Directory.Exists(sample.Shared["none"]));
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
        var full = sample[string.Format(System.Globalization.CultureInfo.InvariantCulture, path, Stray)];
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, "x");
        expected = string.Format(System.Globalization.CultureInfo.InvariantCulture, expected, Stray);

        Assert.Equal("leftover: " + expected, Assert.Single(sample.Check()));
        Assert.Equal("removed: " + expected, Assert.Single(sample.Repair()));
        Assert.False(Path.Exists(full));
        AssertWhole();
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_staging_place_in_use_is_no_finding()
    {
        Directory.CreateDirectory(sample["overlay/tempdirs/temp-dir-live"]);
        using (FileLock.Acquire(sample["overlay/tempdirs/lock-live"], exclusive: true))
        {
            Assert.Empty(sample.Check());
            Assert.Empty(sample.Repair());
            Assert.True(Directory.Exists(sample["overlay/tempdirs/temp-dir-live"]));
        }

        Assert.Equal("removed: ROOT/overlay/tempdirs/temp-dir-live: staged by a process that is gone", Assert.Single(sample.Repair()));
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_half_made_layer_is_told_by_a_check_and_removed_by_a_repair()
    {
        sample.AddRecord("layers", $$"""{"id":"{{Stray}}","flags":{"incomplete":true},"created":"2020-01-01T00:00:00Z"}""");
        Directory.CreateDirectory(sample[$"overlay/{Stray}/diff"]);

        Assert.Equal($"leftover: layer {Stray} is half made or half removed", Assert.Single(sample.Check()));
        Assert.Equal($"removed: layer {Stray} is half made or half removed", Assert.Single(sample.Repair()));
        Assert.DoesNotContain(Stray, sample.Shared.Records("layers"), StringComparison.Ordinal);
        AssertWhole();
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_layer_that_nothing_uses_is_left_over_once_it_is_old()
    {
        sample.Store.RemoveContainer(sample.Container.Id);
        sample.Edit("images", _ => "[]");
        Directory.Delete(sample[$"overlay-images/{sample.Base.Id}"], recursive: true);
        Directory.Delete(sample[$"overlay-images/{sample.Upper.Id}"], recursive: true);

        // It may belong to a pull whose image comes last.
        Assert.Empty(sample.Check());
        Assert.Equal(
            ["leftover: layer BASE is used by no image and no container", "leftover: layer UPPER is used by no image and no container"],
            sample.Check(new CheckOptions { UnusedLayerAge = TimeSpan.Zero }).Order());
        Assert.Equal(2, sample.Check(new CheckOptions { UnusedLayerAge = TimeSpan.Zero, Repair = true }).Count(line => line.StartsWith("removed:", StringComparison.Ordinal)));
        Assert.Equal("[]", sample.Shared.Records("layers"));
        Assert.Empty(Directory.GetFiles(sample["overlay/l"]));
    }

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [InlineData(false)]
    [InlineData(true)]
    public void Layers_of_an_image_whose_removal_was_interrupted_go_at_once(bool byRepair)
    {
        sample.Store.RemoveContainer(sample.Container.Id);
        Directory.CreateDirectory(sample["overlay/tempdirs/temp-dir-dead"]);
        File.WriteAllText(sample["overlay/tempdirs/temp-dir-dead/removal"], $"{sample.Upper.Id}\n{sample.Upper.TopLayer}\n{sample.Base.TopLayer}");
        File.WriteAllText(sample["overlay/tempdirs/lock-dead"], "");
        sample.Edit("images", text => $"{text[..text.LastIndexOf(",{\"id\"", StringComparison.Ordinal)]}]");
        Directory.Delete(sample[$"overlay-images/{sample.Upper.Id}"], recursive: true);

        Assert.Equal("leftover: ROOT/overlay/tempdirs/temp-dir-dead: the removal of image IMAGE2 was interrupted", Assert.Single(sample.Check()));
        if (byRepair)
        {
            Assert.StartsWith("removed: ", Assert.Single(sample.Repair()), StringComparison.Ordinal);
        }
        else
        {
            sample.Store.RemoveContainer(sample.Store.CreateContainer(new NewContainer()).Id);
        }

        // The lower one is another image's.
        Assert.Equal(sample.Base.TopLayer, Assert.Single(sample.Store.Layers()).Id);
        Assert.Empty(sample.Check());
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_removal_that_had_not_begun_is_not_finished()
    {
        Directory.CreateDirectory(sample["overlay/tempdirs/temp-dir-dead"]);
        File.WriteAllText(sample["overlay/tempdirs/temp-dir-dead/removal"], $"{sample.Upper.Id}\n{sample.Upper.TopLayer}");
        File.WriteAllText(sample["overlay/tempdirs/lock-dead"], "");

        Assert.StartsWith("removed: ", Assert.Single(sample.Repair()), StringComparison.Ordinal);
        AssertWhole();
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_short_link_that_leads_nowhere_goes_and_a_missing_one_comes_back()
    {
        File.CreateSymbolicLink(sample["overlay/l/ABCDEFGHIJKLMNOPQRSTUVWXYZ"], $"../{Stray}/diff");
        var link = File.ReadAllText(sample.LayerPath(sample.Base.TopLayer!, "link"));
        File.Delete(sample[$"overlay/l/{link}"]);

        Assert.Equal(
            [
                $"fault: layer BASE of image localhost/base:1 (IMAGE1): its short link l/{link} is missing or leads elsewhere",
                $"leftover: ROOT/overlay/l/ABCDEFGHIJKLMNOPQRSTUVWXYZ: leads to {Stray}, which is no layer",
            ],
            sample.Check().Order());
        sample.Repair();
        Assert.Equal($"../{sample.Base.TopLayer}/diff", new FileInfo(sample[$"overlay/l/{link}"]).LinkTarget);
        AssertWhole();
    }

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [InlineData("lower")]
    [InlineData("lower-layers")]
    public void A_wrong_list_of_lower_layers_is_written_again(string file)
    {
        var path = sample.LayerPath(sample.Upper.TopLayer!, file);
        var before = File.ReadAllText(path);
        File.WriteAllText(path, "l/QQQQQQQQQQQQQQQQQQQQQQQQQQ");

        Assert.Equal("fault: layer UPPER of image localhost/upper:1 (IMAGE2): its list of lower layers is missing or wrong", Assert.Single(sample.Check(new CheckOptions { IsQuick = true })));
        Assert.StartsWith("mended: ", Assert.Single(sample.Repair()), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(path));
        AssertWhole();
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_changed_file_is_found_by_digest_and_not_by_a_quick_check()
    {
        File.WriteAllText(Path.Combine(sample.Store.LayerContentPath(sample.Base.TopLayer!), "first"), "fIrst");

        Assert.Empty(sample.Check(new CheckOptions { IsQuick = true }));
        Assert.StartsWith("damage: layer BASE of image localhost/base:1 (IMAGE1): ", Assert.Single(sample.Check()), StringComparison.Ordinal);
        Assert.StartsWith("kept: ", Assert.Single(sample.Repair()), StringComparison.Ordinal);
        Assert.Equal(2, sample.Store.Images().Count);

        Assert.StartsWith("removed: ", Assert.Single(sample.Repair(force: true)), StringComparison.Ordinal);
        Assert.Empty(sample.Store.Images());
        Assert.Empty(sample.Store.Containers());
        Assert.Empty(sample.Store.Layers());
        Assert.Empty(sample.Check());
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
                Directory.Delete(sample[$"overlay/{sample.Upper.TopLayer}"], recursive: true);
                break;
            case "tar-split":
                File.Delete(sample.TarSplit(sample.Upper.TopLayer!));
                break;
            case "manifest":
                File.Delete(sample[$"overlay-images/{sample.Upper.Id}/manifest"]);
                break;
            default:
                File.WriteAllText(sample[$"overlay-images/{sample.Upper.Id}/manifest"], "x");
                break;
        }

        var records = sample.Shared.Records("layers") + sample.Shared.Records("images") + sample.Shared.Records("containers");
        Assert.Contains(sample.Check(), line => line.StartsWith(expected, StringComparison.Ordinal));
        Assert.Contains(sample.Repair(), line => line.StartsWith(expected.Replace("damage", "kept", StringComparison.Ordinal), StringComparison.Ordinal));
        Assert.Equal(records, sample.Shared.Records("layers") + sample.Shared.Records("images") + sample.Shared.Records("containers"));

        sample.Repair(force: true);
        Assert.Equal("localhost/base:1", Assert.Single(Assert.Single(sample.Store.Images()).Names));
        Assert.Empty(sample.Store.Containers());
        Assert.Empty(sample.Check());
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void Records_that_name_what_is_missing_are_told()
    {
        sample.Edit("layers", text => text.Replace(sample.Base.TopLayer!, Stray, StringComparison.Ordinal));
        var found = sample.Check(new CheckOptions { IsQuick = true });
        Assert.Contains("damage: image localhost/base:1 (IMAGE1): its layer BASE is missing", found);

        // The files are there, so a repair does not take the only copy away.
        Assert.True(Directory.Exists(sample[$"overlay/{sample.Base.TopLayer}"]));
        sample.Repair();
        Assert.True(Directory.Exists(sample[$"overlay/{sample.Base.TopLayer}"]));
        Assert.True(File.Exists(sample.TarSplit(sample.Base.TopLayer!)));
    }

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [InlineData(null, true)]
    [InlineData("userdata", true)]
    [InlineData("userdata/config.json", false)]
    public void A_container_of_which_nothing_is_left_but_its_record_is_the_rest_of_a_removal(string? path, bool isRest)
    {
        sample.AddRecord("containers", $$"""{"id":"{{Stray}}","names":["gone"],"image":"","layer":"{{new string('e', 64)}}","created":"2020-01-01T00:00:00Z"}""");
        if (path is not null)
        {
            Directory.CreateDirectory(sample[$"overlay-containers/{Stray}/userdata"]);
            if (path.Contains('.', StringComparison.Ordinal))
            {
                File.WriteAllText(sample[$"overlay-containers/{Stray}/{path}"], "{}");
            }
        }

        Assert.Equal(
            isRest
                ? $"leftover: container gone ({Stray}) is half removed: its layer {new string('e', 64)} is gone"
                : $"damage: container gone ({Stray}): its layer {new string('e', 64)} is missing",
            Assert.Single(sample.Check()));
        sample.Repair();
        Assert.Equal(isRest ? 0 : 1, sample.Check().Count);
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_container_without_its_image_is_damaged_and_one_without_any_layer_half_removed()
    {
        sample.AddRecord("containers", $$"""{"id":"{{Stray}}","names":["gone"],"image":"","layer":"{{new string('e', 64)}}","created":"2020-01-01T00:00:00Z"}""");
        Directory.CreateDirectory(sample[$"overlay-containers/{Stray}/userdata"]);
        File.WriteAllText(sample[$"overlay-containers/{Stray}/userdata/buildah.json"], "{}");
        sample.Edit("images", text => text.Replace($"\"id\":\"{sample.Upper.Id}\"", $"\"id\":\"{Stray}\"", StringComparison.Ordinal));

        var found = sample.Check();
        Assert.Contains("damage: container work (CONTAINER): its image IMAGE2 is missing", found);
        Assert.Contains($"leftover: container gone ({Stray}) is half removed: its layer {new string('e', 64)} is gone", found);
        sample.Repair();
        Assert.Equal("work", Assert.Single(Assert.Single(sample.Store.Containers()).Names));
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_name_that_two_images_have_stays_with_the_later_one()
    {
        sample.Edit("images", text => text.Replace("\"names\":[\"localhost/base:1\"]", "\"names\":[\"localhost/upper:1\",\"localhost/base:1\"]", StringComparison.Ordinal));
        Assert.Equal("fault: images IMAGE1 and IMAGE2 have the same name localhost/upper:1; the second one keeps it", Assert.Single(sample.Check()));
        Assert.StartsWith("mended: ", Assert.Single(sample.Repair()), StringComparison.Ordinal);
        Assert.Equal(["localhost/base:1"], sample.Store.FindImage(sample.Base.Id)!.Names);
        AssertWhole();
    }

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [InlineData("layers", "[{\"id\":\"x\"")]
    [InlineData("images", "{\"id\":5}")]
    [InlineData("containers", "")]
    public void While_records_cannot_be_read_nothing_is_repaired(string kind, string content)
    {
        Directory.CreateDirectory(sample[$"overlay/{Stray}/diff"]);
        File.WriteAllText(sample[$"overlay-{kind}/{kind}.json"], content);

        Assert.StartsWith($"damage: ROOT/overlay-{kind}/{kind}.json is damaged", Assert.Single(sample.Check()), StringComparison.Ordinal);
        Assert.StartsWith($"kept: ROOT/overlay-{kind}/{kind}.json is damaged", Assert.Single(sample.Repair(force: true)), StringComparison.Ordinal);
        Assert.True(Directory.Exists(sample[$"overlay/{Stray}"]));
        Assert.Equal(content, sample.Shared.Records(kind));
    }

    private void AssertWhole()
    {
        Assert.Empty(sample.Check());
        var root = sample.Store.Mount(sample.Container.Id);
        Assert.Equal("first", File.ReadAllText(Path.Combine(root, "first")));
        Assert.Equal("second", File.ReadAllText(Path.Combine(root, "second")));
        sample.Store.Unmount(sample.Container.Id);
    }

    private string Listing() => Tool.Named("find").Run([sample.Shared.Root, sample.Shared.RunRoot, "-printf", "%p %T@ %s %m\n"]).Output;
}
