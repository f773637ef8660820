using BuildSharp.Oci;

namespace BuildSharp.Tests.Oci;

public class ReferenceTests
{
    private const string Sha = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Theory]
    [InlineData("alpine", "docker.io/library/alpine", "localhost/alpine:latest")]
    [InlineData("team/app:1", "docker.io/team/app:1", "localhost/team/app:1")]
    [InlineData("index.docker.io/x", "docker.io/library/x", "docker.io/library/x:latest")]
    [InlineData("localhost:5000/x", "localhost:5000/x", "localhost:5000/x:latest")]
    [InlineData("localhost/x:2", "localhost/x:2", "localhost/x:2")]
    [InlineData("Foo.com/bar", "Foo.com/bar", "Foo.com/bar:latest")]
    [InlineData("x@" + Sha, "docker.io/library/x@" + Sha, "localhost/x@" + Sha)]
    [InlineData("foo---bar", "docker.io/library/foo---bar", "localhost/foo---bar:latest")]
    [InlineData("foo_bar__baz.q", "docker.io/library/foo_bar__baz.q", "localhost/foo_bar__baz.q:latest")]
    [InlineData("localhost:80", "docker.io/library/localhost:80", "localhost/localhost:80")]
    public void Names_are_completed_for_registries_and_for_the_local_store(string text, string normalized, string local)
    {
        Assert.Equal(text, Reference.Parse(text).ToString());
        Assert.Equal(normalized, Reference.ParseNormalized(text).ToString());
        Assert.Equal(local, Reference.ParseLocal(text).ToString());
    }

    [Theory]
    [InlineData("Foo", "lowercase")]
    [InlineData("LOCALHOST/foo", "lowercase")]
    [InlineData("ex.com/Foo", "lowercase")]
    [InlineData("foo..bar", "foo..bar")]
    [InlineData("foo___bar", "foo___bar")]
    [InlineData("-foo", "-foo")]
    [InlineData("foo-", "foo-")]
    [InlineData("foo.com:/bar", "host name")]
    [InlineData("a//b", "component")]
    [InlineData("x@sha256:abc", "digest")]
    [InlineData("x:", "tag")]
    [InlineData("x:-1", "tag")]
    [InlineData("", "empty")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "image ID")]
    public void A_broken_name_is_refused_with_the_rule_it_breaks(string text, string rule)
    {
        var error = Assert.Throws<BuildSharpException>(() => Reference.Parse(text));

        Assert.Contains(rule, error.Message, StringComparison.Ordinal);
        Assert.Contains($"\"{text}\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tags_have_at_most_128_and_names_at_most_255_characters()
    {
        Assert.True(Reference.TryParse("x:" + new string('a', 128), out _));
        Assert.False(Reference.TryParse("x:" + new string('a', 129), out _));
        Assert.True(Reference.TryParse(new string('a', 255), out _));
        Assert.False(Reference.TryParse(new string('a', 256), out _));
    }

    [Fact]
    public void Printing_and_parsing_gives_the_same_reference()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 500; i++)
        {
            var reference = new Reference
            {
                Domain = Pick(random, "", "localhost", "a.b", "h:5000", "X-y.Z.com:1"),
                Path = Pick(random, "a", "a/b", "a-b/c.d/e__f", "0", "x--y"),
                Tag = Pick(random, null, "latest", "1.2-3", "_x"),
                Digest = random.Next(2) == 0 ? null : Digest.Sha256([(byte)i]),
            };

            Assert.True(reference == Reference.Parse(reference.ToString()), $"seed {seed}: {reference}");
        }
    }

    private static T Pick<T>(Random random, params T[] values) => values[random.Next(values.Length)];
}
