using BuildSharp.Containers.Fetching;
using BuildSharp.Oci;

namespace BuildSharp.Tests.Containers.Fetching;

public class GitAddressTests
{
    [Theory]
    [InlineData("https://host/team/app.git", "https://host/team/app.git", null, null)]
    [InlineData("https://host/app.git#v1", "https://host/app.git", "v1", null)]
    [InlineData("https://host/app.git#v1:sub/dir", "https://host/app.git", "v1", "sub/dir")]
    [InlineData("https://host/app.git#:sub/", "https://host/app.git", null, "sub")]
    [InlineData("https://host/app.git?ref=main&subdir=a%2Fb", "https://host/app.git", "main", "a/b")]
    [InlineData("https://host/app.git?tag=v1", "https://host/app.git", "refs/tags/v1", null)]
    [InlineData("https://host/app.git?branch=feature/x", "https://host/app.git", "refs/heads/feature/x", null)]
    [InlineData("git://host/app", "git://host/app", null, null)]
    [InlineData("ssh://git@host:22/app#x", "ssh://git@host:22/app", "x", null)]
    [InlineData("git@host:team/app.git#x:y", "git@host:team/app.git", "x", "y")]
    [InlineData("file:///srv/app#x", "file:///srv/app", "x", null)]
    public void An_address_names_a_repository_and_what_of_it(string text, string repository, string? reference, string? directory)
    {
        var address = GitAddress.TryParse(text)!;
        Assert.Equal((repository, reference, directory), (address.Repository, address.Reference, address.Directory));
    }

    [Theory]
    [InlineData("https://host/app.tar.gz")]
    [InlineData("https://host/app.git/file")]
    [InlineData("app.git")]
    [InlineData("./git@host:x")]
    [InlineData("dir/a@b:c")]
    [InlineData("github.com/user/app")]
    [InlineData("ext::sh -c id")]
    public void Other_text_is_none(string text) => Assert.Null(GitAddress.TryParse(text));

    [Theory]
    [InlineData("github.com/user/app", "https://github.com/user/app.git")]
    [InlineData("github.com/user/app.git#v1", "https://github.com/user/app.git")]
    public void A_context_may_be_named_by_its_page_on_GitHub(string text, string repository) =>
        Assert.Equal(repository, GitAddress.TryParse(text, github: true)!.Repository);

    [Theory]
    [InlineData("https://host/app.git#--upload-pack=id")]
    [InlineData("https://host/app.git#-x")]
    [InlineData("https://host/app.git#+main")]
    [InlineData("https://host/app.git?ref=a:b")]
    [InlineData("https://host/app.git#a b")]
    [InlineData("https://host/app.git#a..b")]
    [InlineData("ssh://-oProxyCommand=id/app")]
    [InlineData("git@-oProxyCommand=id:app")]
    [InlineData("https://host/app.git?checksum=main")]
    [InlineData("https://host/app.git?depth=1")]
    public void What_git_would_take_for_something_else_is_refused(string text) =>
        Assert.StartsWith(text, Assert.Throws<BuildSharpException>(() => GitAddress.TryParse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("https://me:secret@host/app.git", "me", "secret")]
    [InlineData("https://me:p@secret@host/app.git#x", "me", "p@secret")]
    [InlineData("https://secret@host/app.git", "secret", "")]
    [InlineData("http://me:%73ecret@host/app.git", "me", "secret")]
    public void Credentials_are_kept_apart_from_the_address(string text, string user, string password)
    {
        var address = GitAddress.TryParse(text)!;

        Assert.Equal((user, password), (address.Credentials!.UserName, address.Credentials.Password));
        Assert.EndsWith("://host/app.git", address.Repository, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", $"{address}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://me:secret@host/app.git#a..b")]
    [InlineData("https://me:secret@host/app.git?depth=1")]
    [InlineData("https://me:p@secret@host/app.git?submodules=maybe")]
    [InlineData("https://secret@host/app.git?checksum=main")]
    [InlineData("https://me:secret@-host/app.git")]
    [InlineData("ssh://me:secret@host/app")]
    public void A_mistake_is_told_without_the_password(string text) =>
        Assert.DoesNotContain("secret", Assert.Throws<BuildSharpException>(() => GitAddress.TryParse(text)).Message, StringComparison.Ordinal);
}
