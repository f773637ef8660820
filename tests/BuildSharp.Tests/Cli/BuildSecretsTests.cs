using BuildSharp.Cli.Commands.Building;
using BuildSharp.Oci;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Cli;

/// <summary>What buildah 1.43 takes for a secret and what it does not.</summary>
public sealed class BuildSecretsTests : IDisposable
{
    private const string BadForm = "incorrect secret flag format";
    private const string NoFile = "no such file";

    private readonly TemporaryDirectory _directory = new();

    public BuildSecretsTests()
    {
        File.WriteAllText(_directory["f"], "secret");
        _directory.MakeDirectory("d");
    }

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("id=s,src=f")]
    [InlineData("id=f")]
    [InlineData("id=a=b,src=f")]
    [InlineData("id=s,src=d")]
    [InlineData("id=s,src=f,type=file")]
    [InlineData("id=TOKEN")]
    [InlineData("id=TOKEN,src=missing")]
    [InlineData("id=s,env=TOKEN")]
    [InlineData("id=s,env=MISSING")]
    [InlineData("id=MISSING,type=env")]
    [InlineData("")]
    public void A_secret_that_no_RUN_asks_for_does_no_harm(string secret) => Check(secret);

    [Theory]
    [InlineData("src=f", BadForm)]
    [InlineData("f", BadForm)]
    [InlineData("id=,src=f", BadForm)]
    [InlineData("id=s,source=f", BadForm)]
    [InlineData("id=s,src=f,target=x", BadForm)]
    [InlineData("ID=s,src=f", BadForm)]
    [InlineData(" id=s,src=f", BadForm)]
    [InlineData("id=s,\"src=f\"", BadForm)]
    [InlineData("id=s,src=f,type=x", "invalid secret type")]
    [InlineData("id=s", NoFile)]
    [InlineData("id=s,src=", NoFile)]
    [InlineData("id=s,src=missing", NoFile)]
    [InlineData("id=TOKEN,type=file", NoFile)]
    public void A_secret_that_cannot_be_is_told(string secret, string expected) =>
        Assert.Contains(expected, Assert.Throws<BuildSharpException>(() => Check(secret)).Message, StringComparison.Ordinal);

    private void Check(string secret) =>
        BuildSecrets.Read([secret], new Dictionary<string, string> { ["TOKEN"] = "x" }, _directory.Path);
}
