using BuildSharp.Notation;

namespace BuildSharp.Tests.Notation;

public sealed class AccountFilesTests
{
    [Theory]
    [InlineData("", "", "")]
    [InlineData("app", "app", "")]
    [InlineData("app:", "app", "")]
    [InlineData("app:wheel", "app", "wheel")]
    [InlineData(":7", "", "7")]
    [InlineData("a:b:c", "a", "b:c")]
    public void A_user_stands_before_the_first_colon_and_a_group_behind_it(string text, string user, string group) =>
        Assert.Equal(new UserSpec(user, group), UserSpec.Parse(text));

    [Fact]
    public void Malformed_lines_are_passed_over()
    {
        var files = AccountFiles.Parse("a:x:1\nb:x:-2:3:::\nc:x:4:5:::\r\n", "g:x:6\nh:x:7:c,b\n");
        Assert.Null(files.FindUser("a"));
        Assert.Null(files.FindUser("b"));
        Assert.Equal(new Account("c", 4, 5, ""), files.FindUser("c"));
        Assert.Null(files.FindGroup("g"));
        Assert.Equal([7u], files.GroupsOf("b"));
    }

    [Fact]
    public void Root_and_numbers_need_no_files()
    {
        var none = AccountFiles.Parse("", "");
        Assert.Equal(new Account("root", 0, 0), none.FindUser("root"));
        Assert.Equal(0u, none.FindGroup("root"));
        Assert.Equal(new Account(null, 5, null), none.FindUser("5"));
        Assert.Null(none.FindUser("app"));
        Assert.Equal(3u, AccountFiles.Parse("", "root:x:3:").FindGroup("root"));
    }

    [Fact]
    public void Every_account_is_found_by_name_and_by_number()
    {
        var random = new Random(Seed.Value);
        for (var i = 0; i < 200; i++)
        {
            var accounts = Enumerable.Range(0, random.Next(1, 20)).Select(place => new Account($"u{place}", (uint)(random.Next(1000) * 20 + place), (uint)random.Next(), "/")).ToList();
            var files = AccountFiles.Parse(
                string.Join('\n', accounts.Select(account => $"{account.Name}:x:{account.Uid}:{account.Gid}::/:/bin/sh")),
                string.Join('\n', accounts.Select(account => $"{account.Name}:x:{account.Gid}:{account.Name}")));
            foreach (var account in accounts)
            {
                Assert.True(files.FindUser(account.Name!) == account && files.FindUser($"{account.Uid}") == account, $"{account} ({Seed.Shown})");
                Assert.True(files.FindGroup(account.Name!) == account.Gid && files.GroupsOf(account.Name!).Single() == account.Gid, $"{account} ({Seed.Shown})");
                Assert.Equal(new UserSpec(account.Name!, $"{account.Gid}"), UserSpec.Parse(new UserSpec(account.Name!, $"{account.Gid}").ToString()));
            }
        }
    }
}
