using BuildSharp.Registry.Connections;

namespace BuildSharp.Tests.Registry.Connections;

public class EnvironmentProxyTests
{
    [Theory]
    [InlineData("http://example.com/x", "http://p:1/")]
    [InlineData("https://example.com/x", "http://s:2/")]
    [InlineData("http://127.0.0.1:80/", null)]
    [InlineData("http://localhost/", null)]
    [InlineData("http://inner.corp/", null)]
    [InlineData("http://a.inner.corp/", null)]
    [InlineData("http://notinner.corp/", "http://p:1/")]
    [InlineData("http://dot.corp/", "http://p:1/")]
    [InlineData("http://a.dot.corp/", null)]
    [InlineData("http://10.1.2.3/", null)]
    [InlineData("http://11.1.2.3/", "http://p:1/")]
    [InlineData("http://192.0.2.7/", null)]
    [InlineData("http://port.corp:8080/", null)]
    [InlineData("http://port.corp/", "http://p:1/")]
    public void The_environment_chooses(string address, string? proxy)
    {
        var chooser = new EnvironmentProxy(new Dictionary<string, string>
        {
            ["http_proxy"] = "p:1",
            ["HTTPS_PROXY"] = "http://s:2",
            ["no_proxy"] = "inner.corp, .dot.corp,10.0.0.0/8,192.0.2.7,port.corp:8080",
        });
        Assert.Equal(proxy, chooser.GetProxy(new Uri(address))?.ToString());
    }

    [Fact]
    public void A_star_excepts_everything_and_nothing_set_is_no_proxy()
    {
        Assert.Null(new EnvironmentProxy(new Dictionary<string, string> { ["http_proxy"] = "http://p:1", ["NO_PROXY"] = "*" }).GetProxy(new Uri("http://x/")));
        Assert.Null(new EnvironmentProxy(new Dictionary<string, string>()).GetProxy(new Uri("http://x/")));
    }

    [Fact]
    public void Its_credentials_stand_in_its_address()
    {
        var chooser = new EnvironmentProxy(new Dictionary<string, string> { ["http_proxy"] = "http://me:p%40ss@p:1" });
        var credential = chooser.Credentials!.GetCredential(chooser.GetProxy(new Uri("http://x/"))!, "Basic")!;
        Assert.Equal(("me", "p@ss"), (credential.UserName, credential.Password));
    }
}
