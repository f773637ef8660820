using System.Text.Json;
using BuildSharp.Containers;
using BuildSharp.Containers.Adding;
using BuildSharp.Containers.Adding.Sources;
using BuildSharp.Containers.Committing;
using BuildSharp.Containers.Configuring;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Containers;
using BuildSharp.Storage.Records;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Containers;

/// <summary>Working containers in one store with Debian's buildah: each goes on where the other ended.</summary>
public sealed class WorkingContainerTests : IDisposable
{
    private readonly BuildahStore _shared = new();

    public void Dispose() => _shared.Dispose();

    [RequiresFact(Needs.Overlay, "buildah")]
    public async Task Buildah_goes_on_with_a_container_of_ours()
    {
        using (var store = OpenStore())
        {
            var container = WorkingContainer.Create(store, new FromOptions());
            Assert.Equal("working-container", container.Name);
            container.Configure(new ConfigureRequest { Env = ["A=1"], Labels = ["l=v"], HistoryComment = "remark", AddHistory = true });
            container.Add(new AddRequest { Sources = [new InlineSource("hello", "hello\n"u8.ToArray())], Destination = "/" });
        }

        Assert.Contains("working-container", await _shared.BuildahAsync("containers"), StringComparison.Ordinal);
        await _shared.BuildahAsync("config", "--env", "B=2", "--cmd", "/hello", "working-container");
        var mounted = await _shared.BuildahAsync("mount", "working-container");
        Assert.Equal("hello\n", await File.ReadAllTextAsync(Path.Combine(mounted, "hello")));
        await _shared.BuildahAsync("umount", "working-container");
        await _shared.BuildahAsync("commit", "-q", "working-container", "theirs");
        using var config = JsonDocument.Parse(await _shared.BuildahAsync("inspect", "--format", "{{.Config}}", "-t", "image", "theirs"));
        Assert.Equal(["A=1", "B=2"], config.RootElement.GetProperty("config").GetProperty("Env").EnumerateArray().Select(item => item.GetString()!));
        var history = config.RootElement.GetProperty("history").EnumerateArray().ToList();
        Assert.Equal("/bin/sh -c #(nop) ENV A=1", history[0].GetProperty("created_by").GetString());
        Assert.Equal("remark", history[^1].GetProperty("comment").GetString());
        await _shared.BuildahAsync("rm", "working-container");
        using var after = OpenStore();
        Assert.Empty(WorkingContainer.List(after));
    }

    [RequiresFact(Needs.Overlay, "buildah")]
    public async Task We_go_on_with_a_container_of_buildah()
    {
        await _shared.BuildahAsync("from", "--name", "theirs", "scratch");
        await _shared.BuildahAsync("config", "--env", "A=1", "--healthcheck", "CMD true", "--annotation", "n=1", "--user", "u", "theirs");
        using var store = OpenStore();
        var container = WorkingContainer.Open(store, "theirs");
        Assert.Equal(["A=1"], container.Image.Config.Env);
        Assert.Equal(["CMD", "true"], container.Image.Config.Healthcheck!.Test);
        container.Configure(new ConfigureRequest { User = "v" });
        Assert.Equal("v", await _shared.BuildahAsync("inspect", "--format", "{{.OCIv1.Config.User}}", "theirs"));
        Assert.Equal("v", await _shared.BuildahAsync("inspect", "--format", "{{.Docker.Config.User}}", "theirs"));
        var outcome = container.Commit(new CommitRequest { Name = "localhost/ours:latest", RemoveContainer = true });
        Assert.Equal(["HEALTHCHECK is not supported for OCI image format and will be ignored. Must use `docker` format"], outcome.Warnings);
        Assert.Equal("", await _shared.BuildahAsync("containers", "-q"));
        Assert.Equal(outcome.Image.Id, (await _shared.BuildahAsync("inspect", "--format", "{{.FromImageID}}", "-t", "image", "ours")));
        Assert.Equal("ours-working-container", await _shared.BuildahAsync("from", "ours"));
    }

    [RequiresFact(Needs.Overlay, "buildah")]
    public async Task Unknown_fields_of_the_state_survive()
    {
        var name = await _shared.BuildahAsync("from", "scratch");
        using var store = OpenStore();
        var container = WorkingContainer.Open(store, name);
        var file = Path.Combine(store.Containers.DirectoryOf(container.Id), "buildah.json");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("\"Args\":null", "\"Args\":{}", StringComparison.Ordinal)
            .Replace("\"Args\":{}", "\"Args\":{\"k\":\"<v>\"},\"Newer\":[1.50,{\"a\":null}]", StringComparison.Ordinal));
        WorkingContainer.Open(store, name).Configure(new ConfigureRequest { Author = "me" });
        var text = await File.ReadAllTextAsync(file);
        Assert.Contains("\"Newer\":[1.50,{\"a\":null}]", text, StringComparison.Ordinal);
        Assert.Contains("\"Args\":{\"k\":\"\\u003cv\\u003e\"}", text, StringComparison.Ordinal);
    }

    [RequiresFact(Needs.Overlay, "buildah")]
    public async Task A_new_container_has_every_field_that_buildah_writes()
    {
        var theirs = await _shared.BuildahAsync("from", "scratch");
        using var store = OpenStore();
        var ours = WorkingContainer.Create(store, new FromOptions());
        // Fields of newer versions, which read a state without them.
        string[] newer =
        [
            "DeviceSpecs", "CDIConfigDir", "PrependedLinkedLayers", "AppendedLinkedLayers", "CommonBuildOpts.Masks", "CommonBuildOpts.Unmasks",
            "CommonBuildOpts.NoHostname", "CommonBuildOpts.NoNewPrivileges", "GroupAdd",
        ];
        var expected = Keys(store, WorkingContainer.Open(store, theirs)).Where(key => !newer.Contains(key)).ToList();
        var found = Keys(store, ours);
        // Whether the base annotations are there and empty makes no difference to buildah; to the image it would.
        Assert.Equal(expected.Where(key => !key.StartsWith("annotations", StringComparison.Ordinal)), found.Where(key => expected.Contains(key)));
    }

    [RequiresFact(Needs.Overlay, "buildah")]
    public async Task The_same_steps_give_the_same_image_as_buildah_but_for_times_and_our_label()
    {
        var context = _shared.Directory.MakeDirectory("context");
        await Tool.Named("sh").In(context).RunAsync("-ec", "mkdir d; echo x > d/f; ln d/f d/h; ln -s f d/l; chmod 4711 d/f; touch -d @1000000000 d/* d");
        var container = await _shared.BuildahAsync("from", "scratch");
        await _shared.BuildahAsync("copy", "-q", container, context + "/d", "/d");
        await _shared.BuildahAsync("config", "--env", "A=1", "--author", "me", container);
        await _shared.BuildahAsync("commit", "-q", container, "base");
        container = await _shared.BuildahAsync("from", "base");
        // Debian 12's buildah puts its own note right behind the comment.
        var comment = (await _shared.BuildahAsync("version")).Contains("1.28.", StringComparison.Ordinal) ? "hc " : "hc";
        await _shared.BuildahAsync("config", "--cmd", "/f", "--history-comment", comment, container);
        await _shared.BuildahAsync("copy", "-q", container, context + "/d/f", "/f");
        await _shared.BuildahAsync("commit", "-q", "--identity-label=false", "--timestamp", "0", container, "theirs");

        using var store = OpenStore();
        var ours = WorkingContainer.Create(store, new FromOptions { Base = store.Images.Find("localhost/base:latest"), BaseName = "localhost/base:latest" });
        Assert.Equal("base-working-container-1", ours.Name);
        ours.Configure(new ConfigureRequest { Cmd = new WordList("/f", ["/f"]), HistoryComment = "hc" });
        ours.Add(new AddRequest { Sources = [new LocalSource("/", context + "/d/f")], Destination = "/f" });
        var outcome = ours.Commit(new CommitRequest { Name = "localhost/ours:latest", Timestamp = Timestamp.Epoch, CreatedAnnotation = false });
        var expected = store.Images.Find("localhost/theirs:latest")!;
        Assert.Equal(Theirs("sha256:" + expected.Id), Text(store, outcome.Image, "sha256:" + outcome.Image.Id));
        Assert.Equal(Theirs("manifest"), Text(store, outcome.Image, "manifest"));

        // Debian's buildah writes the file type into the modes of a layer's tar; from 1.43 on it does not, and neither do we.
        string Theirs(string name) => Text(store, expected, name)
            .Replace(Config(store, expected).DiffIds[^1].ToString(), Config(store, outcome.Image).DiffIds[^1].ToString(), StringComparison.Ordinal)
            .Replace(expected.Id, outcome.Image.Id, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "", "A=1:FROM localhost/base:latest|/bin/sh:")]
    [InlineData("note", "", "A=1:FROM localhost/base:latest|/bin/sh:note")]
    [InlineData("note", "no entry before", "/bin/sh:note FROM localhost/base:latest")]
    [InlineData("note", "squashed", "A=1:FROM localhost/base:latest|/bin/sh:note")]
    public void The_first_entry_of_a_commit_names_the_base_and_the_last_one_has_the_comment(string comment, string variation, string expected)
    {
        var image = new ImageConfig { History = [new History { CreatedBy = "base" }], DiffIds = [Layer.DiffId] };
        var assembled = new ImageAssembler
        {
            Request = new CommitRequest { Squash = variation == "squashed" },
            Image = image,
            Format = MediaType.OciManifest,
            Layers = variation == "squashed" ? [Layer] : [Layer, Layer],
            Now = Timestamp.Epoch,
            Prepended = variation == "no entry before" ? [] : [new History { CreatedBy = "A=1", EmptyLayer = true }],
            BaseName = "localhost/base:latest",
            BaseId = new string('1', 64),
            HistoryComment = comment,
        }.Assemble();
        var added = assembled.Config.History.Where(entry => entry.CreatedBy != "base").Select(entry => $"{entry.CreatedBy}:{entry.Comment}");
        Assert.Equal(expected, string.Join('|', added));
    }

    [Theory]
    [InlineData(MediaType.DockerManifest, true, "sandbox")]
    [InlineData(MediaType.DockerManifest, false, "own")]
    [InlineData(MediaType.OciManifest, true, "own")]
    public void An_image_in_docker_format_with_a_fixed_time_has_the_host_name_that_buildah_gives_it(string format, bool fixedTime, string expected)
    {
        var assembled = new ImageAssembler
        {
            Request = new CommitRequest { Timestamp = fixedTime ? Timestamp.Epoch : null },
            Image = new ImageConfig { Config = new ContainerConfig { Hostname = "own", Domainname = "net" } },
            Format = format,
            Layers = [Layer],
            Now = Timestamp.Epoch,
        }.Assemble();
        Assert.Equal(expected, assembled.Config.Config.Hostname);
        Assert.Equal(expected == "own" ? "net" : "", assembled.Config.Config.Domainname);
    }

    private static LayerBlob Layer { get; } = new(new DiffId(Digest.Sha256("layer"u8)), 5);

    [RequiresFact(Needs.Overlay)]
    public void A_base_without_history_gives_an_image_without_history()
    {
        using var store = OpenStore();
        StoredImage? image = null;
        for (var layers = 1; layers <= 3; layers++)
        {
            var container = WorkingContainer.Create(store, new FromOptions { Base = image });
            container.Add(new AddRequest { Sources = [new InlineSource("f", "x"u8.ToArray())], Destination = $"/{layers}" });
            image = container.Commit(new CommitRequest { OmitHistory = layers == 1 }).Image;
            var config = Config(store, image);
            Assert.Equal(layers, config.DiffIds.Count);
            Assert.Empty(config.History);
        }
    }

    [RequiresFact(Needs.Overlay)]
    public void Committing_twice_with_a_fixed_time_gives_the_same_digest()
    {
        using var store = OpenStore();
        Digest Build(string format, bool remove)
        {
            var container = WorkingContainer.Create(store, new FromOptions { Format = format });
            container.Add(new AddRequest { Sources = [new InlineSource("f", "x"u8.ToArray())], Destination = "/a/b/" });
            return container.Commit(new CommitRequest { Timestamp = new Timestamp(5), RemoveContainer = remove }).ManifestDigest;
        }

        Assert.Equal(Build(MediaType.OciManifest, remove: false), Build(MediaType.OciManifest, remove: true));
        Assert.Equal(Build(MediaType.DockerManifest, remove: true), Build(MediaType.DockerManifest, remove: false));
    }

    [RequiresFact(Needs.Overlay)]
    public void An_unchanged_container_still_gives_a_layer_unless_only_the_config_is_asked_for()
    {
        using var store = OpenStore();
        var image = WorkingContainer.Create(store, new FromOptions()).Commit(new CommitRequest()).Image;
        Assert.Equal(1024, store.Layers.Find(image.TopLayer!)!.DiffSize);
        var child = WorkingContainer.Create(store, new FromOptions { Base = image });
        var empty = child.Commit(new CommitRequest { EmptyLayer = true }).Image;
        Assert.Equal(image.TopLayer, empty.TopLayer);
        Assert.NotEqual(image.Id, empty.Id);
    }

    [RequiresFact(Needs.Overlay)]
    public void An_image_of_more_layers_than_other_tools_can_use_is_made_with_a_warning()
    {
        using var store = OpenStore();
        StoredImage? image = null;
        for (var layers = 1; layers <= 128; layers++)
        {
            var container = WorkingContainer.Create(store, new FromOptions { Base = image });
            container.Add(new AddRequest { Sources = [new InlineSource($"file{layers}", "x"u8.ToArray())], Destination = "/" });
            var outcome = container.Commit(new CommitRequest { RemoveContainer = true });
            image = outcome.Image;
            Assert.Equal(layers > 127, outcome.Warnings.Any(warning => warning.StartsWith("the image has 128 layers; ", StringComparison.Ordinal)));
        }

        var squashed = WorkingContainer.Create(store, new FromOptions { Base = image }).Commit(new CommitRequest { Squash = true });
        Assert.Empty(squashed.Warnings);
    }

    [RequiresFact(Needs.Overlay)]
    public void Squashing_leaves_one_layer_with_everything()
    {
        using var store = OpenStore();
        var first = WorkingContainer.Create(store, new FromOptions());
        first.Add(new AddRequest { Sources = [new InlineSource("base", "x"u8.ToArray())], Destination = "/" });
        var image = first.Commit(new CommitRequest()).Image;
        var second = WorkingContainer.Create(store, new FromOptions { Base = image });
        second.Add(new AddRequest { Sources = [new InlineSource("top", "x"u8.ToArray())], Destination = "/" });
        var squashed = second.Commit(new CommitRequest { Squash = true, RemoveContainer = true }).Image;
        Assert.Null(store.Layers.Find(squashed.TopLayer!)!.Parent);
        var config = Config(store, squashed);
        Assert.Single(config.DiffIds);
        Assert.Single(config.History);
        var third = WorkingContainer.Create(store, new FromOptions { Base = squashed });
        var mounted = third.Mount();
        Assert.True(File.Exists(Path.Combine(mounted, "base")) && File.Exists(Path.Combine(mounted, "top")));
        Assert.True(third.Unmount());
        Assert.False(third.Unmount());
    }

    [RequiresFact(Needs.Overlay)]
    public void Names_are_made_up_numbered_and_guarded()
    {
        using var store = OpenStore();
        Assert.Equal("working-container", WorkingContainer.Create(store, new FromOptions()).Name);
        Assert.Equal("working-container-1", WorkingContainer.Create(store, new FromOptions()).Name);
        var named = WorkingContainer.Create(store, new FromOptions { Name = "mine" });
        var error = Assert.Throws<NameInUseException>(() => WorkingContainer.Create(store, new FromOptions { Name = "mine" }));
        Assert.Equal(
            $"creating container: the container name \"mine\" is already in use by {named.Id}. You have to remove that container to be able to reuse that name: that name is already in use",
            error.Message);
        named.Rename("yours");
        Assert.Equal("yours", WorkingContainer.Open(store, "yours").Name);
        Assert.Equal(
            "reading build container \"mine\": container not known",
            Assert.Throws<BuildSharpException>(() => WorkingContainer.Open(store, "mine")).Message);
    }

    [Theory]
    [InlineData(null, "working-container")]
    [InlineData("docker.io/library/alpine:3.20", "alpine-working-container")]
    [InlineData("quay.io/a/b@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "b-working-container")]
    [InlineData("localhost:5000/x", "localhost-working-container")]
    [InlineData("oci:some/layout", "oci-working-container")]
    [InlineData("oci-archive:/a/b.tar", "oci-archive-working-container")]
    [InlineData("e3b0c442", "e3b0c442-working-container")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "e3b0c44298fc-working-container")]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "e3b0c44298fc-working-container")]
    public void A_container_is_called_after_its_base(string? baseName, string name) => Assert.Equal(name, WorkingContainer.MakeName(baseName));

    private Store OpenStore() => Store.Open(new StoreOptions { GraphRoot = _shared.GraphRoot, RunRoot = _shared.RunRoot, Driver = "overlay" });

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [InlineData("{", "{\"type\":\"buildah 0.0.1\",", "the field \"type\" occurs twice")]
    [InlineData("\"type\"", "\"annotations\":{\"a\":\"1\",\"a\":\"2\"},\"type\"", "the field \"a\" occurs twice")]
    [InlineData("\"container-name\":\"", "\"container-name\":\"\\ud800", "half of a surrogate pair")]
    [InlineData("\"container-name\":\"", "\"container-name\":\"\u00ff", "not valid UTF-8")]
    public void A_state_that_cannot_be_read_whole_is_damaged(string text, string replacement, string problem)
    {
        using var store = OpenStore();
        var container = WorkingContainer.Create(store, new FromOptions());
        var path = Path.Combine(store.Containers.DirectoryOf(container.Id), "buildah.json");
        var state = File.ReadAllText(path);
        var place = state.IndexOf(text, StringComparison.Ordinal);
        File.WriteAllText(path, state.Remove(place, text.Length).Insert(place, replacement), System.Text.Encoding.Latin1);

        Assert.Matches($"buildah.json is damaged \\(.*{problem}", Assert.Throws<DamagedContainerException>(() => WorkingContainer.Open(store, container.Id)).Message);
    }

    private static string Text(Store store, StoredImage image, string key) => System.Text.Encoding.UTF8.GetString(store.Images.ReadData(image.Id, key));

    private static ImageConfig Config(Store store, StoredImage image) => ImageConfig.Parse(store.Images.ReadData(image.Id, "sha256:" + image.Id));

    private static List<string> Keys(Store store, WorkingContainer container)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(store.Containers.DirectoryOf(container.Id), "buildah.json")));
        var keys = new List<string>();
        void Walk(JsonElement element, string path)
        {
            if (element.ValueKind == JsonValueKind.Object)
            {
                foreach (var property in element.EnumerateObject())
                {
                    keys.Add($"{path}{property.Name}");
                    Walk(property.Value, $"{path}{property.Name}.");
                }
            }
        }

        Walk(document.RootElement, "");
        keys.Sort(StringComparer.Ordinal);
        return keys;
    }
}
