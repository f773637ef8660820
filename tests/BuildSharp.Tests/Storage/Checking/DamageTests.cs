using BuildSharp.Storage.Records;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Storage.Checking;

/// <summary>One damage a row: what a check says of it, and what a repair does. The script sees the store's parts as variables.</summary>
public sealed class DamageTests(DamageTests.SoundStores sound) : IClassFixture<DamageTests.SoundStores>
{
    private const string LowerImage = """
        printf one >file; printf two >gone; mkdir emptied; printf x >emptied/old
        """;

    private const string UpperImage = """
        rm gone; rm -r emptied; mkdir emptied; printf y >emptied/new
        printf content >file; : >nothing; mkdir dir; chmod 750 dir; printf deep >dir/deep
        ln -s file link; ln file same; mkfifo pipe; setfattr -n user.colour -v red file
        """;

    private static readonly string Stray = new('d', 64);

    /// <summary>Of the upper layer's files.</summary>
    public static TheoryData<string, string> Files => new()
    {
        { "printf more >>$diff/file", "file is not what it was when the layer was stored: it has 11 bytes instead of 7" },
        { "printf conten >$diff/file", "file is not what it was when the layer was stored: it is shorter" },
        { "printf Content >$diff/file", "file is not what it was when the layer was stored: its checksum differs" },
        { "rm $diff/dir/deep", "dir/deep is not what it was when the layer was stored: it is missing" },
        { "rm $diff/dir/deep; ln -s /etc/passwd $diff/dir/deep", "dir/deep is not what it was when the layer was stored: it is no regular file any more" },
        { "printf x >$diff/nothing", "nothing has 1 bytes instead of 0" },
        { "rm $diff/nothing", "nothing is missing" },
        { "ln -sfn dir $diff/link", "link leads to dir instead of file" },
        { "rm $diff/link; mkdir $diff/link", "link is of another type" },
        { "cp -a $diff/file $diff/x; mv $diff/x $diff/same", "same is not the same file as file" },
        { "rm $diff/pipe", "pipe is missing" },
        { "setfattr -n user.more -v 1 $diff/dir", "dir has the attribute user.more, which is not its own" },
        { "printf x >$diff/dir/other", "dir/other is not in its tar" },
        { "printf x >\"$diff/dir/$(printf 'a\\nb\\033c')\"", "dir/a\\x0ab\\x1bc is not in its tar" },
        { "mkdir -p $diff/more/than/one", "more is not in its tar" },
        { "mknod $diff/first c 0 0", "first is not in its tar" },
        { "rm $diff/gone", "gone is not hidden" },
        { "rm $diff/gone; printf x >$diff/gone", "gone is not hidden" },
        { "setfattr -x trusted.overlay.opaque $diff/emptied", "emptied shows what lower layers have in it" },
        { "printf x >$diff/dir/other; chmod 600 $diff/nothing", "nothing has the mode 600 instead of 644, and 1 more differ from its tar" },
        { "flip $split 40", "the tar-split of layer UPPER is damaged" },
        { "truncate -s 60 $split", "" },
        { "gzip -dc $split | head -n -2 | gzip >$split.new; mv $split.new $split", "its tar ends early, after 9728 bytes" },
        { "rm $split; mkdir $split; : >$split/x", "" },
        { "rm $split", "ROOT/overlay-layers/UPPER.tar-split.gz is missing" },
        { "rm -r $diff", "ROOT/overlay/UPPER/diff is missing" },
        { "rm -r $layer", "ROOT/overlay/UPPER is missing" },
        { "rm -r $layer; ln -s ../overlay/$upper $layer", "ROOT/overlay/UPPER is a link, in the place of a directory" },
        { "rm -r $layer; : >$layer", "ROOT/overlay/UPPER is missing" },
        { "rm -r $diff; mkfifo $diff", "ROOT/overlay/UPPER/diff is missing" },
        { "sed -i 's/\\(\"id\":\"'$upper'\".*\"diff-size\":\\)[0-9]*/\\11/' $root/overlay-layers/layers.json", "its tar hashes to sha256:" },
    };

    /// <summary>Of records and documents.</summary>
    public static TheoryData<string, string> Documents => new()
    {
        { "flip $image/manifest 20", "image localhost/upper:1 (IMAGE2): ROOT/overlay-images/IMAGE2/manifest does not have the recorded digest sha256:" },
        { "printf ' ' >>$image/manifest", "image localhost/upper:1 (IMAGE2): ROOT/overlay-images/IMAGE2/manifest (manifest) has " },
        { "rm $image/manifest", "image localhost/upper:1 (IMAGE2): ROOT/overlay-images/IMAGE2/manifest (manifest) is missing" },
        { "flip $config 20", "image localhost/upper:1 (IMAGE2): ROOT/overlay-images/IMAGE2/=" },
        { "rm $config", "image localhost/upper:1 (IMAGE2): ROOT/overlay-images/IMAGE2/=" },
        { "sed -i 's/\"metadata\":\"{}\"/\"metadata\":\"{} -\"/2' $root/overlay-images/images.json", "image localhost/upper:1 (IMAGE2): its metadata is not a JSON object" },
        { "rm -r $image; : >$image", "image localhost/upper:1 (IMAGE2): ROOT/overlay-images/IMAGE2/manifest (manifest) is missing" },
        { "rm -r $image; mkfifo $image", "image localhost/upper:1 (IMAGE2): ROOT/overlay-images/IMAGE2/manifest (manifest) is missing" },
        { "rm -r $image; ln -s $imageid $image", "image localhost/upper:1 (IMAGE2): ROOT/overlay-images/IMAGE2/manifest (manifest) is missing" },
        { "rm -r $image", "image localhost/upper:1 (IMAGE2): ROOT/overlay-images/IMAGE2/manifest (manifest) is missing" },
        { "sed -i s/'\"layer\":\"'$upper/'\"layer\":\"'$base/ $root/overlay-images/images.json", "image localhost/upper:1 (IMAGE2): its config lists 2 layers, which are not the 1 below its layer BASE" },
        { "sed -i s/'\"layer\":\"'$upper/'\"layer\":\"'$stray/ $root/overlay-images/images.json", "image localhost/upper:1 (IMAGE2): its layer STRAY is missing" },
        { "sed -i s/'\"parent\":\"'$base/'\"parent\":\"'$stray/ $root/overlay-layers/layers.json", "layer UPPER of image localhost/upper:1 (IMAGE2): its parent STRAY is missing" },
        { "sed -i s/'\"image\":\"'$imageid/'\"image\":\"'$stray/ $root/overlay-containers/containers.json", "container work (CONTAINER): its image STRAY is missing" },
        { "printf { >$container/userdata/buildah.json", "container work (CONTAINER): ROOT/overlay-containers/CONTAINER/userdata/buildah.json is not valid JSON" },
        { "printf '{\"a\":1,\"a\":2}' >$container/userdata/buildah.json", "container work (CONTAINER): ROOT/overlay-containers/CONTAINER/userdata/buildah.json is not valid JSON: the field \"a\" occurs twice" },
    };

    /// <summary>What a repair sets right without any loss.</summary>
    public static TheoryData<string, string> Mendable => new()
    {
        { "chmod 4755 $diff/nothing", "fault: layer UPPER of image localhost/upper:1 (IMAGE2): nothing has the mode 4755 instead of 644" },
        { "chmod 700 $diff/dir", "fault: layer UPPER of image localhost/upper:1 (IMAGE2): dir has the mode 700 instead of 750" },
        { "chown 12:34 $diff/dir", "fault: layer UPPER of image localhost/upper:1 (IMAGE2): dir belongs to 12:34 instead of 0:0" },
        { "setfattr -n user.colour -v green $diff/file", "fault: layer UPPER of image localhost/upper:1 (IMAGE2): file lacks its attribute user.colour, or has another value" },
        { "setfattr -x user.colour $diff/file", "fault: layer UPPER of image localhost/upper:1 (IMAGE2): file lacks its attribute user.colour, or has another value" },
        { "chown 12:34 $diff/file; chmod 755 $diff/nothing", "fault: layer UPPER of image localhost/upper:1 (IMAGE2): file belongs to 12:34 instead of 0:0, and 1 more differ from its tar" },
        { "chown -h 12:34 $diff/link", "fault: layer UPPER of image localhost/upper:1 (IMAGE2): link belongs to 12:34 instead of 0:0" },
        { "rm -r $root/overlay/l", "fault: layer UPPER of image localhost/upper:1 (IMAGE2): its short link" },
        { "rm $root/overlay/l/$(cat $layer/link); mkdir $root/overlay/l/$(cat $layer/link)", "fault: layer UPPER of image localhost/upper:1 (IMAGE2): its short link" },
        { "rm $layer/lower-layers; mkdir $layer/lower-layers; : >$layer/lower-layers/x", "fault: layer UPPER of image localhost/upper:1 (IMAGE2): its list of lower layers is missing or wrong" },
        { "rm $layer/link", "fault: layer UPPER of image localhost/upper:1 (IMAGE2): its short link (it has none) is missing or leads elsewhere" },
        { "printf AAAAAAAAAAAAAAAAAAAAAAAAAA >$layer/link", "fault: layer UPPER of image localhost/upper:1 (IMAGE2): its short link l/AAAAAAAAAAAAAAAAAAAAAAAAAA is missing or leads elsewhere" },
        { "rm $layer/lower $layer/lower-layers", "fault: layer UPPER of image localhost/upper:1 (IMAGE2): its list of lower layers is missing or wrong" },
        { "printf $stray >$layer/lower-layers", "fault: layer UPPER of image localhost/upper:1 (IMAGE2): its list of lower layers is missing or wrong" },
        { "cp $layer/lower $layer/lower-layers $root/overlay/$base", "fault: layer BASE of image localhost/base:1 (IMAGE1): its list of lower layers is missing or wrong" },
        { "rm -r $layer/work $layer/merged", "" },
        { "rm -r $root/overlay/$own/work $root/overlay/$own/merged", "" },
        { "printf x >$image/=Zm9yZWlnbg==", "leftover: ROOT/overlay-images/IMAGE2/=Zm9yZWlnbg==: is no document of image localhost/upper:1 (IMAGE2)" },
    };

    [RequiresTheory(Needs.Root | Needs.Overlay, "setfattr")]
    [MemberData(nameof(Files))]
    public async Task A_file_that_is_not_as_it_was_is_found(string script, string expected)
    {
        using var sample = await BreakAsync(script);
        AssertOnlyForceRemoves(sample, $"layer UPPER of image localhost/upper:1 (IMAGE2): {expected}");
    }

    [RequiresTheory(Needs.Root | Needs.Overlay, "setfattr")]
    [MemberData(nameof(Documents))]
    public async Task A_document_or_record_that_is_not_as_it_was_is_found(string script, string expected)
    {
        using var sample = await BreakAsync(script);
        AssertOnlyForceRemoves(sample, expected);
    }

    [RequiresTheory(Needs.Root | Needs.Overlay, "setfattr")]
    [MemberData(nameof(Mendable))]
    public async Task What_can_be_made_again_is_mended(string script, string expected)
    {
        using var sample = await BreakAsync(script);
        if (expected.Length > 0)
        {
            AssertOneBegins(sample.Check(), expected);
        }

        Assert.DoesNotContain(sample.Repair(), line => line.StartsWith("kept", StringComparison.Ordinal));
        Assert.Empty(sample.Check());
        var root = sample.Store.Containers.Mount(sample.Container.Id);
        Assert.Equal("content", File.ReadAllText(Path.Combine(root, "file")));
        Assert.Equal("first", File.ReadAllText(Path.Combine(root, "first")));
        sample.Store.Containers.Unmount(sample.Container.Id);
    }

    [RequiresTheory(Needs.Root, "setfattr")]
    [InlineData("chmod 600 $diff/dir", "fault: layer UPPER of image localhost/upper:1 (IMAGE2): dir has the mode 600 instead of 750")]
    [InlineData("printf x >$diff/gone", "damage: layer UPPER of image localhost/upper:1 (IMAGE2): gone is not hidden")]
    [InlineData("printf x >$diff/more", "damage: layer UPPER of image localhost/upper:1 (IMAGE2): more is not in its tar")]
    public async Task The_whole_trees_of_vfs_are_compared_too(string script, string expected)
    {
        using var sample = await BreakAsync(script, "vfs");
        Assert.Equal(expected, Assert.Single(sample.Check()));
    }

    private static void AssertOnlyForceRemoves(SampleStore sample, string expected)
    {
        expected = expected.Replace("STRAY", Stray, StringComparison.Ordinal);
        var records = Records(sample);
        AssertOneBegins(sample.Check(), "damage: " + expected);
        AssertOneBegins(sample.Repair(), "kept: " + expected);
        Assert.Equal(records, Records(sample));
        sample.Repair(force: true);
        Assert.Empty(sample.Check());
        Assert.Contains("localhost/base:1", sample.Store.Images.All().SelectMany(image => image.Names));
    }

    private static void AssertOneBegins(IReadOnlyList<string> lines, string expected) =>
        Assert.True(lines.Any(line => line.StartsWith(expected, StringComparison.Ordinal)), string.Join('\n', lines));

    private static string Records(SampleStore sample) =>
        sample.Shared.Records("layers") + sample.Shared.Records("images") + sample.Shared.Records("containers");

    /// <summary>A sound store, and then the script has been at it.</summary>
    private async Task<SampleStore> BreakAsync(string script, string driver = "overlay")
    {
        var sample = new SampleStore(driver == "vfs" ? sound.Vfs.Value : sound.Overlay.Value);
        var upper = sample.Upper.TopLayer!;
        var variables = new Dictionary<string, string>
        {
            ["root"] = sample.Shared.Root,
            ["diff"] = sample.Store.Layers.ContentPath(upper),
            ["layer"] = sample.LayerPath(upper),
            ["split"] = sample.TarSplit(upper),
            ["upper"] = upper,
            ["base"] = sample.Base.TopLayer!,
            ["own"] = sample.Container.LayerId,
            ["stray"] = Stray,
            ["imageid"] = sample.Upper.Id,
            ["image"] = sample[$"{driver}-images/{sample.Upper.Id}"],
            ["config"] = sample[$"{driver}-images/{sample.Upper.Id}/{BigDataName.FileName($"sha256:{sample.Upper.Id}")}"],
            ["container"] = sample[$"{driver}-containers/{sample.Container.Id}"],
        };
        const string Flip = "flip() { printf '\\377' | dd of=\"$1\" bs=1 seek=$2 conv=notrunc status=none; }\n";
        var shell = variables.Aggregate(Tool.Named("sh").In(sample.Shared[""]), (tool, pair) => tool.WithEnvironment(pair.Key, pair.Value));
        await shell.RunAsync("-euc", Flip + script);
        return sample;
    }

    /// <summary>What each test breaks a copy of.</summary>
    public sealed class SoundStores : IDisposable
    {
        internal Lazy<SampleStore> Overlay { get; } = new(() => Make("overlay"));

        internal Lazy<SampleStore> Vfs { get; } = new(() => Make("vfs"));

        public void Dispose()
        {
            foreach (var made in new[] { Overlay, Vfs }.Where(store => store.IsValueCreated))
            {
                made.Value.Dispose();
            }
        }

        private static SampleStore Make(string driver)
        {
            var sample = new SampleStore(driver, (root, isUpper) => Tool.Named("sh").In(root).Run(["-ec", isUpper ? UpperImage : LowerImage]));
            Assert.Empty(sample.Check());
            return sample;
        }
    }
}
