using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Running.Spec;

namespace BuildSharp.Tests.Running;

public sealed class UserResolutionTests
{
    private const string Passwd = "root:x:0:0:root:/root:/bin/sh\nbroken line\napp:x:1000:1000::/home/app:/bin/sh\napp2:x:1001:1001::/:/bin/sh\n";
    private const string Group = "root:x:0:\nextra:x:2000:app,root\nwheel:x:10:app\nother:x:11:app2\n";

    // As buildah answers; but "app" is not in a group that lists app2.
    [Theory]
    [InlineData("", "0 0 [0 2000]")]
    [InlineData("app", "1000 1000 [1000 2000 10]")]
    [InlineData("1000", "1000 1000 [1000 2000 10]")]
    [InlineData("app2", "1001 1001 [1001 11]")]
    [InlineData("5000", "5000 0 [0]")]
    [InlineData("app:extra", "1000 2000 [2000]")]
    [InlineData("1000:7", "1000 7 [7]")]
    [InlineData("nosuch", "determining run uid: user: unknown user error looking up user \"nosuch\"")]
    [InlineData("app:nosuch", "determining run gid: group: unknown group error looking up group \"nosuch\"")]
    [InlineData("-1", "determining run uid: user: unknown user error looking up user \"-1\"")]
    public void A_user_is_looked_up_in_the_containers_files(string user, string expected) =>
        Assert.Equal(expected, Describe(() => UserResolution.Resolve(user, AccountFiles.Parse(Passwd, Group), [], [])));

    [Fact]
    public void Added_groups_are_names_or_numbers() =>
        Assert.Equal("0 0 [0 2000 10 99]", Describe(() => UserResolution.Resolve("", AccountFiles.Parse(Passwd, Group), ["wheel", "99", "0"], [])));

    [Fact]
    public void Groups_that_are_kept_are_no_names_of_the_image() =>
        Assert.Equal("1000 1000 [1000 2000 10 7]", Describe(() => UserResolution.Resolve("app", AccountFiles.Parse(Passwd, Group), ["keep-groups"], [2000, 7])));

    [Theory]
    [InlineData("", "0 0 [0]")]
    [InlineData("root", "0 0 [0]")]
    [InlineData("root:root", "0 0 [0]")]
    [InlineData("7:8", "7 8 [8]")]
    [InlineData("app", "determining run uid: user: unknown user error looking up user \"app\"")]
    public void Without_account_files_only_numbers_and_root_are_known(string user, string expected) =>
        Assert.Equal(expected, Describe(() => UserResolution.Resolve(user, AccountFiles.Parse("", ""), [], [])));

    private static string Describe(Func<SpecUser> resolve)
    {
        try
        {
            var user = resolve();
            return $"{user.Uid} {user.Gid} [{string.Join(' ', user.AdditionalGids)}]";
        }
        catch (BuildSharpException e)
        {
            return e.Message;
        }
    }
}
