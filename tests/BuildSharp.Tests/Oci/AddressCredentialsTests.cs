using BuildSharp.Oci;

namespace BuildSharp.Tests.Oci;

public class AddressCredentialsTests
{
    [Theory]
    [InlineData("ADD http://user:S3cr3t@host:1/f /f", "ADD http://user:xxxxx@host:1/f /f")]
    [InlineData("http://user:p@S3cr3t@host/f", "http://user:xxxxx@host/f")]
    [InlineData("https://S3cr3t@github.com/a.git", "https://xxxxx@github.com/a.git")]
    [InlineData("https://S3cr3t:@github.com/a.git", "https://xxxxx:xxxxx@github.com/a.git")]
    [InlineData("https://S3cr3t:x-oauth-basic@github.com/a.git", "https://xxxxx:xxxxx@github.com/a.git")]
    [InlineData("HTTPS://a:S3cr3t@h \"http://b:S3cr3t@h\"", "HTTPS://a:xxxxx@h \"http://b:xxxxx@h\"")]
    [InlineData("socks5://a:S3cr3t@proxy:1", "socks5://a:xxxxx@proxy:1")]
    public void A_secret_in_an_address_is_hidden(string text, string shown)
    {
        Assert.Equal(shown, AddressCredentials.Masked(text));
        Assert.DoesNotContain("S3cr3t", AddressCredentials.Blanked(text), StringComparison.Ordinal);
        Assert.Equal(text.Length, AddressCredentials.Blanked(text).Length);
    }

    [Theory]
    [InlineData("ssh://git@host/app")]
    [InlineData("git@host:app")]
    [InlineData("https://host/a?b=c@d")]
    [InlineData("https://host/~me@work/f")]
    [InlineData("mail me@host about https://host")]
    public void Text_without_a_secret_stays(string text) => Assert.Equal(text, AddressCredentials.Masked(text));
}
