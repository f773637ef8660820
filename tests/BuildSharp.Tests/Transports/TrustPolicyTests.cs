using System.Text;
using BuildSharp.Oci;
using BuildSharp.Testing;
using BuildSharp.Transports;
using BuildSharp.Transports.Trust;

namespace BuildSharp.Tests.Transports;

public sealed class TrustPolicyTests
{
    private const string Accept = """[{"type":"insecureAcceptAnything"}]""";
    private const string Reject = """[{"type":"reject"}]""";
    private const string Signed = """[{"type":"signedBy","keyType":"GPGKeys","keyPath":"/k","signedIdentity":{"type":"matchRepository"}}]""";

    private static readonly TransportContext Context = new() { Policy = () => Policies.AcceptAnything, TemporaryDirectory = "/tmp" };

    [Theory]
    [InlineData("docker://ex.com:5000/team/app:1", "ex.com:5000/team/app:1 ex.com:5000/team/app ex.com:5000/team ex.com:5000 *.com")]
    [InlineData("docker://busybox", "docker.io/library/busybox:latest docker.io/library/busybox docker.io/library docker.io *.io")]
    [InlineData("docker://a.b.ex.com/x", "a.b.ex.com/x:latest a.b.ex.com/x a.b.ex.com *.b.ex.com *.ex.com *.com")]
    [InlineData("docker-daemon:localhost/x:1", "localhost/x:1 localhost/x localhost")]
    [InlineData("docker-archive:/a/b.tar:x", "")]
    [InlineData("oci:/nowhere/../none/layout:x", "/none/layout /none")]
    [InlineData("oci-archive:/none/a.tar", "/none/a.tar /none")]
    [InlineData("dir:/none/with:colon/", "/none/with:colon /none")]
    public void A_place_has_scopes_from_the_most_specific_to_the_widest(string place, string scopes) =>
        Assert.Equal(scopes, string.Join(' ', TransportTable.Parse(place).PolicyScopes(Context)));

    [Fact]
    public void Scopes_of_files_are_without_links()
    {
        using var directory = new TemporaryDirectory();
        var real = directory.MakeDirectory("real");
        Directory.CreateSymbolicLink(directory["link"], real);
        Assert.Equal(real, TransportTable.Parse($"oci:{directory["link"]}:x").PolicyScopes(Context).First());
        Assert.Equal($"{real}/a.tar", TransportTable.Parse($"oci-archive:{directory["link"]}/a.tar").PolicyScopes(Context).First());
    }

    [Theory]
    [InlineData("oci:/a/layout:x", "")]
    [InlineData("oci:/a/b/layout", "rejected by policy: scope \"/a/b\" of transport oci in policy.json")]
    [InlineData("oci:/elsewhere", "needs a signature that this version cannot check: signedBy, scope \"\" of transport oci in policy.json")]
    [InlineData("dir:/a/layout", "rejected by policy: the default in policy.json")]
    [InlineData("docker-archive:/a.tar", "")]
    [InlineData("docker://ex.com:5000/team/x", "")]
    [InlineData("docker://ex.com/team/x", "rejected by policy: the default")]
    [InlineData("docker://sub.corp.com/x", "cannot check: sigstoreSigned, scope \"*.corp.com\"")]
    [InlineData("docker://sub.corp.com/x:ok", "")]
    public void The_most_specific_scope_decides_alone(string place, string refusal)
    {
        var policy = Read("""
            {"default": REJECT, "transports": {
              "oci": {"/a": ACCEPT, "/a/b": REJECT, "": SIGNED},
              "dir": {},
              "docker-archive": {"": ACCEPT},
              "docker": {"ex.com:5000": ACCEPT, "*.corp.com": [{"type":"sigstoreSigned","keyData":"eA=="}], "sub.corp.com/x:ok": ACCEPT}}}
            """.Replace("ACCEPT", Accept).Replace("REJECT", Reject).Replace("SIGNED", Signed));
        var location = TransportTable.Parse(place);
        if (refusal.Length == 0)
        {
            policy.Require(location, Context);
            return;
        }

        var error = Assert.Throws<BuildSharpException>(() => policy.Require(location, Context));
        Assert.StartsWith($"{location}: the image ", error.Message);
        Assert.Contains(refusal, error.Message);
    }

    [Fact]
    public void All_requirements_must_be_met()
    {
        var policy = Read("""{"default":[{"type":"insecureAcceptAnything"},{"type":"reject"}]}""");
        Assert.Throws<BuildSharpException>(() => policy.Require(TransportTable.Parse("oci:/x"), Context));
    }

    [Theory]
    [InlineData("bad", "not valid JSON at line 1, byte 0")]
    [InlineData("[]", "the policy is not an object")]
    [InlineData("{}", "the field \"default\" is missing")]
    [InlineData("""{"default":[]}""", "\"default\" must be a list of at least one requirement")]
    [InlineData("""{"default":[{"type":"reject"}],"default":[{"type":"insecureAcceptAnything"}]}""", "\"default\" occurs twice")]
    [InlineData("""{"default":[{"type":"reject","because":1}]}""", "reject in \"default\": unknown field \"because\"")]
    [InlineData("""{"default":[{"type":"accept"}]}""", "unknown requirement \"accept\"")]
    [InlineData("""{"default":[{"type":"reject"}],"Transports":{}}""", "unknown field \"Transports\"")]
    [InlineData("""{"default":[{"type":"reject"}],"transports":{"oci":{"/":[{"type":"reject"}]}}}""", "invalid scope \"/\"")]
    [InlineData("""{"default":[{"type":"reject"}],"transports":{"dir":{"x":[{"type":"reject"}]}}}""", "an absolute path is needed")]
    [InlineData("""{"default":[{"type":"reject"}],"transports":{"oci":{"/x/":[{"type":"reject"}]}}}""", "an absolute path is needed")]
    [InlineData("""{"default":[{"type":"reject"}],"transports":{"docker-archive":{"/x":[{"type":"reject"}]}}}""", "only \"\" is possible")]
    [InlineData("""{"default":[{"type":"reject"}],"transports":{"containers-storage":{"x":[{"type":"reject"}]}}}""", "begins with a store")]
    [InlineData("""{"default":[{"type":"signedBy","keyType":"GPGKeys"}]}""", "exactly one of keyPath, keyPaths, keyData")]
    [InlineData("""{"default":[{"type":"signedBy","keyType":"x","keyPath":"/k"}]}""", "keyType is unknown")]
    [InlineData("""{"default":[{"type":"sigstoreSigned","keyPath":"/k","keyData":"x"}]}""", "exactly one of")]
    [InlineData("""{"default":[{"type":"sigstoreSigned","fulcio":{}}]}""", "fulcio needs one")]
    [InlineData("""{"default":[{"type":"signedBy","keyType":"GPGKeys","keyPath":"/k","signedIdentity":{"type":"x"}}]}""", "unknown type \"x\"")]
    [InlineData("""{"default":[{"type":"signedBy","keyType":"GPGKeys","keyPath":"/k","signedIdentity":{"type":"remapIdentity","prefix":"a"}}]}""", "\"signedPrefix\" is missing")]
    public void A_policy_with_anything_unknown_is_none(string json, string reason)
    {
        var error = Assert.Throws<BuildSharpException>(() => Read(json));
        Assert.StartsWith("invalid policy in policy.json: ", error.Message);
        Assert.Contains(reason, error.Message);
    }

    [Fact]
    public async Task What_is_rejected_is_not_opened()
    {
        var policy = Read("""{"default":[{"type":"reject"}]}""");
        var error = await Assert.ThrowsAsync<BuildSharpException>(
            async () => await TransportTable.Parse("docker-archive:/nowhere.tar").OpenSourceAsync(Context with { Policy = () => policy }, default));
        Assert.Contains("rejected by policy", error.Message);
    }

    private static TrustPolicy Read(string json) => TrustPolicy.Parse(Encoding.UTF8.GetBytes(json), "policy.json");
}
