using BuildSharp.Storage;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Storage.Checking;

/// <summary>What a killed commit of the Go tools leaves: they record an image before its documents and its name.</summary>
public sealed class HalfMadeImageTests : IDisposable
{
    private static readonly string Stray = new('d', 64);
    private static readonly string Found = $"image {Stray} is half made: it has no name and no manifest";
    private static readonly CheckOptions AtOnce = new() { UnusedLayerAge = TimeSpan.Zero };
    private readonly SampleStore sample = new();

    public void Dispose() => sample.Dispose();

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [InlineData("")]
    [InlineData("sha256:dd")]
    public void It_goes_with_its_layers_once_it_is_old(string document)
    {
        sample.Store.RemoveContainer(sample.Container.Id);
        MakeOfUpper(document);

        // Its maker may be about to write the manifest.
        Assert.Empty(sample.Check());
        Assert.Empty(sample.Repair());
        Assert.Equal("leftover: " + Found, Assert.Single(sample.Check(AtOnce)));
        Age(document.Length > 0 ? $"overlay-images/{Stray}" : "overlay-images/images.json");
        Assert.Equal("leftover: " + Found, Assert.Single(sample.Check()));

        Assert.Equal("removed: " + Found, Assert.Single(sample.Repair()));
        Assert.Equal(sample.Base.TopLayer, Assert.Single(sample.Store.Layers()).Id);
        Assert.False(Path.Exists(sample[$"overlay-images/{Stray}"]));
        Assert.Empty(sample.Check(AtOnce));
    }

    [RequiresFact(Needs.Root | Needs.Overlay, "buildah", "podman")]
    public async Task Without_it_the_other_tools_list_images_without_complaint()
    {
        sample.AddRecord("images", Record(sample.Base.TopLayer!));
        sample.Store.RemoveImageName(sample.Upper.Id, "localhost/upper:1");
        Tool[] tools = [sample.Shared.Buildah, sample.Shared.Podman];
        foreach (var tool in tools)
        {
            Assert.Contains("consider removing the image", (await tool.ExecuteAsync(["images"])).Error);
        }

        Assert.Equal("removed: " + Found, Assert.Single(sample.Check(AtOnce with { Repair = true })));
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
        sample.AddRecord("images", Record(sample.Base.TopLayer!, "," + field));
        sample.Check(AtOnce with { Repair = true });
        Assert.NotNull(sample.Store.FindImage(Stray));
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void One_that_a_container_stands_on_stays()
    {
        MakeOfUpper("");
        sample.Edit("containers", text => text.Replace(sample.Upper.Id, Stray, StringComparison.Ordinal));
        Assert.Empty(sample.Check(AtOnce));
    }

    /// <summary>Puts a record without name and manifest in the place of the upper image's.</summary>
    private void MakeOfUpper(string document)
    {
        sample.Edit("images", text => $"{text[..text.LastIndexOf(",{\"id\"", StringComparison.Ordinal)]}]");
        Directory.Delete(sample[$"overlay-images/{sample.Upper.Id}"], recursive: true);
        var names = document.Length > 0 ? $",\"big-data-names\":[\"{document}\"]" : "";
        sample.AddRecord("images", Record(sample.Upper.TopLayer!, names));
        if (document.Length > 0)
        {
            Directory.CreateDirectory(sample[$"overlay-images/{Stray}"]);
            File.WriteAllText(sample[$"overlay-images/{Stray}/{BigDataName.FileName(document)}"], "{}");
        }
    }

    private static string Record(string layer, string more = "") => $$"""{"id":"{{Stray}}","layer":"{{layer}}","created":"2020-01-01T00:00:00Z"{{more}}}""";

    private void Age(string path) => File.SetLastWriteTimeUtc(sample[path], DateTime.UtcNow.AddDays(-2));
}
