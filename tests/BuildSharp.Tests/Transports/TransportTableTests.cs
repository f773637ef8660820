using BuildSharp.Oci;
using BuildSharp.Transports;

namespace BuildSharp.Tests.Transports;

public class TransportTableTests
{
    [Theory]
    [InlineData("oci:dir")]
    [InlineData("oci:dir:name/with:colon")]
    [InlineData("oci:/a/b:@2")]
    [InlineData("oci:/a/b:@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("oci-archive:a.tar:1.2")]
    [InlineData("docker-archive:a.tar")]
    [InlineData("docker-archive:a.tar:ex.com/x:1")]
    [InlineData("docker-archive:/dev/stdin:@0")]
    [InlineData("dir:/with:colon")]
    [InlineData("docker://ex.com/x:1")]
    [InlineData("docker-daemon:x:1")]
    public void A_location_printed_is_what_was_read(string text) => Assert.Equal(text, TransportTable.Parse(text).ToString());

    [Theory]
    [InlineData("docker-archive:a.tar:x", "docker-archive:a.tar:docker.io/library/x:latest")]
    [InlineData("docker://x", "docker://docker.io/library/x:latest")]
    public void Names_are_completed(string text, string complete) => Assert.Equal(complete, TransportTable.Parse(text).ToString());

    [Theory]
    [InlineData("docker:latest")]
    [InlineData("alpine:3")]
    [InlineData("localhost:5000/x")]
    [InlineData("alpine")]
    public void An_image_name_is_no_location(string text) => Assert.False(TransportTable.TryParse(text, out _));

    [Theory]
    [InlineData("sif:x", "sif")]
    [InlineData("x", "names no transport")]
    [InlineData("oci:", "path")]
    [InlineData("oci::x", "path")]
    [InlineData("dir:", "path")]
    [InlineData("oci:d:a..b", "a..b")]
    [InlineData("oci:d:@x", "@x")]
    [InlineData("docker-archive:a:x@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "tags")]
    [InlineData("docker-archive:a:@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "tags")]
    [InlineData("docker-daemon:x", "tag")]
    public void A_malformed_location_is_refused(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<BuildSharpException>(() => TransportTable.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_command_that_does_not_use_registries_does_not_open_them()
    {
        var location = TransportTable.Parse("docker://ex.com/x");
        var context = new TransportContext { Policy = () => Policies.AcceptAnything, TemporaryDirectory = "/nowhere" };

        var error = await Assert.ThrowsAsync<BuildSharpException>(async () => await location.OpenSourceAsync(context, default));
        Assert.Equal(
            "docker://ex.com/x:latest: this command does not use registries",
            error.Message);
    }
}
