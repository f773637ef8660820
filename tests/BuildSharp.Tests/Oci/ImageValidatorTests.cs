using BuildSharp.Oci;
using BuildSharp.Oci.Layers.Compression;
using BuildSharp.Tests.Transports;

namespace BuildSharp.Tests.Oci;

public class ImageValidatorTests
{
    private readonly SampleImage _image = SampleImage.Make(MediaType.OciManifest, CompressionKind.None, "one", "two");

    private ImageManifest Manifest => ImageManifest.Parse(_image.Manifest.Bytes.Span);

    private byte[] Config => _image.Config.ToOciJson();

    [Fact]
    public void A_sound_image_has_no_problems() => Assert.Empty(ImageValidator.Check(Manifest, Config));

    [Fact]
    public void Each_way_not_to_fit_is_a_line()
    {
        AssertProblem("bytes", Manifest with { Config = Manifest.Config with { Size = 1 } }, Config);
        AssertProblem("the manifest says sha256:", Manifest with { Config = Manifest.Config with { Digest = Digest.Sha256([]) } }, Config);
        AssertProblem("diff IDs, the manifest 1", Manifest with { Layers = [Manifest.Layers[0]] }, Config);
        AssertProblem("has the diff ID", Manifest with { Layers = [.. Manifest.Layers.Reverse()] }, Config);
        AssertProblem("has layer 1 of type", Manifest with { Layers = [Manifest.Layers[0] with { MediaType = MediaType.DockerLayer }, Manifest.Layers[1]] }, Config);
        AssertProblem("annotations", Manifest with { MediaType = MediaType.DockerManifest }, Config);
        AssertProblem("history tells of 1", Manifest, (_image.Config with { History = [_image.Config.History[0]] }).ToOciJson());
        AssertProblem("platform", Manifest, (_image.Config with { Os = "" }).ToOciJson());
    }

    private static void AssertProblem(string words, ImageManifest manifest, byte[] config) =>
        Assert.Contains(ImageValidator.Check(manifest, config), problem => problem.Contains(words, StringComparison.Ordinal));
}
