using System.Text;
using BuildSharp.Oci;
using BuildSharp.Registry.Protocol;

namespace BuildSharp.Tests.Registry.Protocol;

public class TokenTests
{
    private static readonly Uri Secure = new("https://registry.example/");
    private static readonly Uri Local = new("http://127.0.0.1:5000/");

    [Theory]
    [InlineData("https://auth.example/token")]
    [InlineData("https://auth.example:8443/token?x=1")]
    [InlineData("https://registry.example/token")]
    [InlineData("https://8.8.8.8/token")]
    public void A_realm_on_another_host_is_usual(string realm) => Assert.Equal(realm, TokenRealm.Check(realm, Secure).OriginalString);

    [Theory]
    [InlineData("http://127.0.0.1:5001/token")]
    [InlineData("http://auth.example/token")]
    public void An_unencrypted_registry_may_have_an_unencrypted_realm(string realm) =>
        Assert.Equal(realm, TokenRealm.Check(realm, Local).OriginalString);

    [Theory]
    [InlineData(null, "states no address")]
    [InlineData("", "states no address")]
    [InlineData("/token", "states no address")]
    [InlineData("file:///etc/passwd", "states no address")]
    [InlineData("ftp://auth.example/token", "not encrypted")]
    [InlineData("http://auth.example/token", "not encrypted")]
    [InlineData("https://user:secret@auth.example/token", "holds credentials")]
    [InlineData("https://127.0.0.1/token", "private network")]
    [InlineData("https://localhost/token", "private network")]
    [InlineData("https://10.1.2.3/token", "private network")]
    [InlineData("https://172.20.0.1/token", "private network")]
    [InlineData("https://192.168.1.1/token", "private network")]
    [InlineData("https://169.254.169.254/latest/meta-data", "private network")]
    [InlineData("https://0.0.0.0/token", "private network")]
    [InlineData("https://[::1]/token", "private network")]
    [InlineData("https://[fe80::1]/token", "private network")]
    [InlineData("https://[fd00::1]/token", "private network")]
    [InlineData("https://[::ffff:127.0.0.1]/token", "private network")]
    public void A_realm_leads_credentials_neither_inside_nor_over_HTTP(string? realm, string problem)
    {
        var error = Assert.Throws<BuildSharpException>(() => TokenRealm.Check(realm, Secure));
        Assert.Contains(problem, error.Message);
        Assert.DoesNotContain("secret", error.Message);
    }

    [Theory]
    [InlineData("""{"token":"t"}""", 60)]
    [InlineData("""{"access_token":"t","expires_in":300,"issued_at":"2000-01-01T00:00:00Z"}""", 300)]
    [InlineData("""{"token":"t","access_token":"other","expires_in":1}""", 60)]
    [InlineData("""{"token":"","access_token":"t","expires_in":null}""", 60)]
    public void A_reply_holds_a_token_and_its_life(string reply, int seconds)
    {
        var token = BearerToken.Parse(Encoding.UTF8.GetBytes(reply), "auth", TimeProvider.System);
        Assert.Equal(("t", TimeSpan.FromSeconds(seconds)), (token.Text, token.Life));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"token":5}""")]
    [InlineData("""{"token":"a","token":"b"}""")]
    [InlineData("<html>")]
    public void A_reply_without_token_is_an_error(string reply) =>
        Assert.Throws<BuildSharpException>(() => BearerToken.Parse(Encoding.UTF8.GetBytes(reply), "auth", TimeProvider.System));

    [Fact]
    public void A_token_is_renewed_after_three_quarters_of_its_life_by_our_own_clock()
    {
        var clock = new StoppedClock();
        var token = BearerToken.Parse("""{"token":"t","expires_in":100,"issued_at":"2000-01-01T00:00:00Z"}"""u8, "auth", clock);
        Assert.True(token.IsFresh(clock));
        clock.Seconds = 74;
        Assert.True(token.IsFresh(clock));
        clock.Seconds = 75;
        Assert.False(token.IsFresh(clock));
    }

    [Fact]
    public void A_token_shows_nothing_of_itself() => Assert.DoesNotContain("s3cret", new BearerToken("s3cret", 0, TimeSpan.Zero).ToString());

    private sealed class StoppedClock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
