using System.Text;
using BuildSharp.Oci;
using BuildSharp.Storage.Records;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Storage;

/// <summary>Fields of images.json that are read when they are looked at: nothing else about them may differ.</summary>
public sealed class DeferredFieldsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_is_read_late_is_what_the_file_says()
    {
        var image = Assert.Single(Read(
            """[{"id":"a","names":["n"],"names-history":["n","older"],"big-data-names":["manifest","k"],"big-data-sizes":{"manifest":7,"k":8},"big-data-digests":{"manifest":"sha256:x"}}]"""));

        Assert.Equal(["n", "older"], image.NamesHistory);
        Assert.Equal(["manifest", "k"], image.BigDataNames);
        Assert.Equal((7, 8), (image.BigDataSizes["manifest"], image.BigDataSizes["k"]));
        Assert.False(image.BigDataSizes.ContainsKey("other"));
        Assert.Equal("sha256:x", image.BigDataDigests["manifest"]);
    }

    [Theory]
    [InlineData("""{"\u006danifest":7}""", "manifest", 7)]
    [InlineData("""{"größe":9}""", "größe", 9)]
    [InlineData("""{"manifest":null}""", "manifest", 0)]
    public void Names_in_any_spelling_are_the_same_names(string sizes, string name, long size) =>
        Assert.Equal(size, Assert.Single(Read($$"""[{"id":"a","big-data-sizes":{{sizes}}}]""")).BigDataSizes[name]);

    [Theory]
    [InlineData(""" "names-history":["n",1] """)]
    [InlineData(""" "names-history":{"n":"m"} """)]
    [InlineData(""" "big-data-names":[["a"]] """)]
    [InlineData(""" "big-data-sizes":{"a":1.5} """)]
    [InlineData(""" "big-data-sizes":{"a":"1"} """)]
    [InlineData(""" "big-data-digests":{"a":1} """)]
    [InlineData(""" "big-data-digests":["a"] """)]
    [InlineData(""" "big-data-digests":{"a":"\ud800"} """)]
    public void A_wrong_type_is_told_when_the_file_is_read(string field)
    {
        var error = Assert.Throws<BuildSharpException>(() => Read($$"""[{"id":"a",{{field}}}]"""));
        Assert.Contains("images.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_not_UTF8_is_told_when_the_file_is_read()
    {
        var file = Encoding.UTF8.GetBytes("""[{"id":"a","big-data-digests":{"a":"?"}}]""");
        file[Array.LastIndexOf(file, (byte)'?')] = 0xFF;
        Assert.Contains("images.json", Assert.Throws<BuildSharpException>(() => Read(file)).Message, StringComparison.Ordinal);
    }

    private List<StoredImage> Read(string json) => Read(Encoding.UTF8.GetBytes(json));

    private List<StoredImage> Read(byte[] json)
    {
        var path = _directory["images.json"];
        File.WriteAllBytes(path, json);
        return new ImageFormat().ReadFile(path, new RecordOrigin("/store"));
    }
}
