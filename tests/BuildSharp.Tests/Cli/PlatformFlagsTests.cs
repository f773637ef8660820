using BuildSharp.Cli.Flags;
using BuildSharp.Oci;

namespace BuildSharp.Tests.Cli;

public class PlatformFlagsTests
{
    [Theory]
    [InlineData("linux/arm64 linux/amd64", "--platform=linux/arm64,linux/amd64")]
    [InlineData("linux/amd64 linux/s390x", "--platform=linux/amd64", "--platform=linux/s390x")]
    [InlineData("linux/arm/v7 linux/arm64", "--platform=arm,aarch64,linux/arm/v7")]
    [InlineData("linux/arm64 linux/s390x", "--arch=arm64,s390x")]
    [InlineData("linux/s390x", "--arch=arm64", "--arch=s390x")]
    [InlineData("windows/arm/v6", "--arch=arm", "--variant=v6", "--os=windows")]
    [InlineData("")]
    public void Each_platform_that_is_asked_for_is_meant_once(string expected, params string[] words) =>
        Assert.Equal(expected, string.Join(' ', PlatformFlags.Wanted(Parsed(words))));

    [Theory]
    [InlineData("local")]
    [InlineData("/")]
    [InlineData("linux")]
    [InlineData("linux/")]
    public void What_is_left_out_is_this_machines(string text) => Assert.Equal([Platform.Host], PlatformFlags.Wanted(Parsed("--platform", text)));

    [Theory]
    [InlineData("unable to parse --platform value []", "--platform=")]
    [InlineData("invalid platform syntax for --platform=\"a/b/c/d\": OS/ARCH[/VARIANT] is expected", "--platform=linux/arm64,a/b/c/d")]
    [InlineData("invalid platform syntax for --platform=\"lunix\": OS/ARCH[/VARIANT] is expected", "--platform=lunix")]
    [InlineData("invalid --platform may not be used with --os, --arch, or --variant", "--platform=linux/arm64", "--arch=arm64")]
    public void What_is_no_platform_is_refused(string message, params string[] words) =>
        Assert.Equal(message, Assert.Throws<BuildSharpException>(() => PlatformFlags.Wanted(Parsed(words))).Message);

    private static FlagValues Parsed(params string[] words) =>
        FlagParser.Parse(words, new FlagSet(PlatformFlags.All), FlagPlacement.Anywhere, new Dictionary<string, string>()).Flags;
}
