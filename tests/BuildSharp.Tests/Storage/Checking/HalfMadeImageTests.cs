using BuildSharp.Storage.Checking;
using BuildSharp.Storage.Records;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Storage.Checking;

/// <summary>What a killed commit of the Go tools leaves: they record an image before its documents and its name.</summary>
public sealed class HalfMadeImageTests : IDisposable
{
    private static readonly string Stray = new('d', 64);
    private static readonly string Found = $"image {Stray} is half made: it has no name and no manifest";
    private static readonly CheckOptions AtOnce = new() { UnusedLayerAge = TimeSpan.Zero };
    private readonly SampleStore _sample = new();

    public void Dispose() => _sample.Dispose();

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [InlineData("")]
    [InlineData("sha256:dd")]
    public void It_goes_with_its_layers_once_it_is_old(string document)
    {
        _sample.Store.Containers.Remove(_sample.Container.Id);
        MakeOfUpper(document);

        // Its maker may be about to write the manifest.
        Assert.Empty(_sample.Check());
        Assert.Empty(_sample.Repair());
        Assert.Equal("leftover: " + Found, Assert.Single(_sample.Check(AtOnce)));
        Age(document.Length > 0 ? $"overlay-images/{Stray}" : "overlay-images/images.json");
        Assert.Equal("leftover: " + Found, Assert.Single(_sample.Check()));

        Assert.Equal("removed: " + Found, Assert.Single(_sample.Repair()));
        Assert.Equal(_sample.Base.TopLayer, Assert.Single(_sample.Store.Layers.All()).Id);
        Assert.False(Path.Exists(_sample[$"overlay-images/{Stray}"]));
        Assert.Empty(_sample.Check(AtOnce));
    }

    [RequiresFact(Needs.Root | Needs.Overlay, "buildah", "podman")]
    public async Task Without_it_the_other_tools_list_images_without_complaint()
    {
        _sample.AddRecord("images", Record(_sample.Base.TopLayer!));
        _sample.Store.Images.RemoveName(_sample.Upper.Id, "localhost/upper:1");
        Tool[] tools = [_sample.Shared.Buildah, _sample.Shared.Podman];
        foreach (var tool in tools)
        {
            Assert.Contains("consider removing the image", (await tool.ExecuteAsync(["images"])).Error);
        }

        Assert.Equal("removed: " + Found, Assert.Single(_sample.Check(AtOnce with { Repair = true })));
        foreach (var tool in tools)
        {
            Assert.DoesNotContain("consider removing", (await tool.RunAsync("images")).Error);
        }
    }

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [InlineData("\"names\":[\"localhost/x:1\"]")]
    [InlineData("\"big-data-names\":[\"manifest\"]")]
    public void One_that_somebody_may_know_or_use_stays(string field)
    {
        _sample.AddRecord("images", Record(_sample.Base.TopLayer!, "," + field));
        _sample.Check(AtOnce with { Repair = true });
        Assert.NotNull(_sample.Store.Images.Find(Stray));
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void One_that_a_container_stands_on_stays()
    {
        MakeOfUpper("");
        _sample.Edit("containers", text => text.Replace(_sample.Upper.Id, Stray, StringComparison.Ordinal));
        Assert.Empty(_sample.Check(AtOnce));
    }

    /// <summary>Puts a record without name and manifest in the place of the upper image's.</summary>
    private void MakeOfUpper(string document)
    {
        _sample.Edit("images", text => $"{text[..text.LastIndexOf(",{\"id\"", StringComparison.Ordinal)]}]");
        Directory.Delete(_sample[$"overlay-images/{_sample.Upper.Id}"], recursive: true);
        var names = document.Length > 0 ? $",\"big-data-names\":[\"{document}\"]" : "";
        _sample.AddRecord("images", Record(_sample.Upper.TopLayer!, names));
        if (document.Length > 0)
        {
            Directory.CreateDirectory(_sample[$"overlay-images/{Stray}"]);
            File.WriteAllText(_sample[$"overlay-images/{Stray}/{BigDataName.FileName(document)}"], "{}");
        }
    }

    private static string Record(string layer, string more = "") => $$"""{"id":"{{Stray}}","layer":"{{layer}}","created":"2020-01-01T00:00:00Z"{{more}}}""";

    private void Age(string path) => File.SetLastWriteTimeUtc(_sample[path], DateTime.UtcNow.AddDays(-2));
}
