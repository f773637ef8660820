using BuildSharp.Cli.Commands.Building;
using BuildSharp.Oci;

namespace BuildSharp.Tests.Cli;

public class BuildOutputTests
{
    [Theory]
    [InlineData("-", "Tar", null)]
    [InlineData("type=tar,dest=-", "Tar", null)]
    [InlineData("some/dir", "Directory", "some/dir")]
    [InlineData("type=local,dest=d", "Directory", "d")]
    [InlineData("dest=a=b,type=tar", "Tar", "a=b")]
    [InlineData("type=oci,dest=x.tar", "OciArchive", "x.tar")]
    [InlineData("type=docker,dest=-", "DockerArchive", null)]
    [InlineData("type=docker", "Store", null)]
    [InlineData("type=image,push=true", "Registry", null)]
    [InlineData("type=image,name=a", "Store", null)]
    [InlineData("type=registry", "Registry", null)]
    [InlineData("type=cacheonly", "Nothing", null)]
    public void A_place_has_dockers_name_or_is_a_directory_or_standard_output(string text, string kind, string? path)
    {
        var output = BuildOutput.Parse(text);
        Assert.Equal((kind, path), (output.Kind.ToString(), output.Path));
    }

    [Theory]
    [InlineData("type=docker,dest=x,name=a")]
    [InlineData("type=registry,dest=x")]
    [InlineData("type=oci")]
    [InlineData("type=image,push=maybe")]
    [InlineData("type=oci,tar=false,dest=x")]
    [InlineData("type=nothing")]
    public void A_key_that_has_no_meaning_is_refused(string text) => Assert.Throws<BuildSharpException>(() => BuildOutput.Parse(text));
}
