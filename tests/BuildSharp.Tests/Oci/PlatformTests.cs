using BuildSharp.Oci;
using BuildSharp.Testing;
using BuildSharp.Tests.Dockerfiles.Ebnf;
using BuildSharp.Tests.Notation;

namespace BuildSharp.Tests.Oci;

public class PlatformTests
{
    [Theory]
    [InlineData("linux/aarch64", "linux/arm64")]
    [InlineData("linux/arm64/v8", "linux/arm64/v8")]
    [InlineData("linux/x86_64", "linux/amd64")]
    [InlineData("Linux/i686", "linux/386")]
    [InlineData("linux/arm", "linux/arm/v7")]
    [InlineData("linux/armhf", "linux/arm/v7")]
    [InlineData("linux/armel", "linux/arm/v6")]
    [InlineData("linux/arm/5", "linux/arm/v5")]
    [InlineData("linux/amd64/v1", "linux/amd64")]
    [InlineData("linux/riscv64", "linux/riscv64")]
    public void Spellings_are_normalised_and_then_stable(string text, string normal)
    {
        Assert.Equal(normal, Platform.Parse(text).ToString());
        Assert.Equal(Platform.Parse(text), Platform.Parse(normal));
    }

    [Fact]
    public void Every_platform_is_read_as_it_was_printed()
    {
        var grammar = new EbnfGrammar(File.ReadAllText(Path.Combine(Checkout.Root, "grammar", "platform.ebnf")));
        var random = new Random(Seed.Value);
        for (var i = 0; i < 1000; i++)
        {
            var text = grammar.Sentence("platform", random);
            var platform = Platform.Parse(text);
            Assert.True(Platform.Parse(platform.ToString()) == platform, $"{text} is {platform} ({Seed.Shown})");
        }
    }

    [Theory]
    [InlineData("arm64", "linux/arm64")]
    [InlineData("aarch64", "linux/arm64")]
    [InlineData("armhf", "linux/arm/v7")]
    [InlineData("S390x", "linux/s390x")]
    public void An_architecture_alone_is_this_systems_on_it(string text, string whole) => Assert.Equal(Platform.Parse(whole), Platform.Parse(text));

    [Fact]
    public void An_operating_system_alone_is_it_on_this_machine() => Assert.Equal(Platform.Host with { Os = "freebsd" }, Platform.Parse("FreeBSD"));

    [Theory]
    [InlineData("linux/")]
    [InlineData("lunix")]
    [InlineData("a/b/c/d")]
    [InlineData("linux/am d64")]
    [InlineData("")]
    public void Anything_else_is_refused(string text) => Assert.Throws<BuildSharpException>(() => Platform.Parse(text));

    [Theory]
    [InlineData("linux/arm/v7", "linux/arm/v6")]
    [InlineData("linux/arm/v5", "linux/arm/v5")]
    [InlineData("linux/arm64", "linux/arm64")]
    [InlineData("linux/arm64/v8", "linux/arm64")]
    public void The_nearest_lesser_variant_is_chosen(string wanted, string expected)
    {
        var index = Index("linux/arm/v5", "linux/arm/v6", "linux/arm64");

        Assert.Equal(expected, index.Choose(Platform.Parse(wanted)).Platform!.ToString());
    }

    [Theory]
    [InlineData("linux/arm64", "linux/arm64/v8", true)]
    [InlineData("linux/amd64/v2", "linux/amd64", false)]
    [InlineData("linux/arm64", "linux/amd64", false)]
    [InlineData("windows/amd64", "linux/amd64", false)]
    public void A_variant_that_says_nothing_more_is_no_difference(string one, string other, bool isSame)
    {
        Assert.Equal(isSame, Platform.Parse(one).IsSameMachine(Platform.Parse(other)));
        Assert.Equal(isSame, Platform.Parse(other).IsSameMachine(Platform.Parse(one)));
    }

    [Theory]
    [InlineData("linux/amd64", "linux/amd64/v2", true)]
    [InlineData("linux/amd64/v2", "linux/amd64", false)]
    [InlineData("linux/arm/v6", "linux/arm/v7", true)]
    [InlineData("linux/arm/v7", "linux/arm/v6", false)]
    [InlineData("linux/arm64/v8", "linux/arm64", true)]
    [InlineData("linux/amd64", "linux/arm64", false)]
    [InlineData("windows/amd64", "linux/amd64", false)]
    public void An_image_serves_its_own_platform_and_greater_variants(string offered, string wanted, bool serves) =>
        Assert.Equal(serves, PlatformChoice.Serves(Platform.Parse(offered), Platform.Parse(wanted)));

    [Fact]
    public void An_entry_without_platform_comes_last()
    {
        var index = Index(null, "linux/amd64");

        Assert.Equal("linux/amd64", index.Choose(Platform.Parse("linux/amd64")).Platform?.ToString());
        Assert.Null(index.Choose(Platform.Parse("linux/s390x")).Platform);
    }

    [Fact]
    public void A_missing_platform_is_named_with_what_there_is()
    {
        var error = Assert.Throws<BuildSharpException>(() => Index("linux/amd64", "linux/arm/v7").Choose(Platform.Parse("linux/s390x")));

        Assert.Contains("linux/s390x", error.Message, StringComparison.Ordinal);
        Assert.Contains("linux/amd64, linux/arm/v7", error.Message, StringComparison.Ordinal);
    }

    private static ImageIndex Index(params string?[] platforms) => new()
    {
        Manifests =
        [
            .. platforms.Select(platform => new Descriptor
            {
                MediaType = MediaType.OciManifest,
                Digest = Digest.Sha256([1]),
                Size = 1,
                Platform = platform is null ? null : Platform.Parse(platform),
            }),
        ],
    };
}
