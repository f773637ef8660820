using BuildSharp.Oci;

namespace BuildSharp.Tests.Oci;

public class CommandTextTests
{
    [Theory]
    [InlineData("git clone https://user:xxxxx@host/a.git", "git", "clone", "https://user:pass@host/a.git")]
    [InlineData("git clone https://xxxxx@host/a.git#main", "git", "clone", "https://ghp_token@host/a.git#main")]
    [InlineData("git fetch git@host:a.git", "git", "fetch", "git@host:a.git")]
    [InlineData("p 'a b' '' 'it'\\''s'", "p", "a b", "", "it's")]
    [InlineData("p NPM_TOKEN=xxxxx -DPASSWORD=xxxxx --api-key=xxxxx PATH=/bin", "p", "NPM_TOKEN=x", "-DPASSWORD=y", "--api-key=z", "PATH=/bin")]
    [InlineData("p --password xxxxx user --creds xxxxx host", "p", "--password", "x", "user", "--creds", "a:b", "host")]
    [InlineData("p a=https://xxxxx@h/,b=https://v:xxxxx@h/", "p", "a=https://u@h/,b=https://v:w@h/")]
    [InlineData("p https://host/path@2", "p", "https://host/path@2")]
    public void Words_are_quoted_and_secrets_masked(string text, params string[] words) => Assert.Equal(text, CommandText.Of(words));
}
