using BuildSharp.Registry.Protocol;

namespace BuildSharp.Tests.Registry.Protocol;

public class ChallengeTests
{
    [Theory]
    [InlineData("Basic realm=\"r\"", "Basic realm=r")]
    [InlineData("bearer realm=\"https://a/t\",service=\"s\",scope=\"repository:x:pull,push\"", "bearer realm=https://a/t service=s scope=repository:x:pull,push")]
    [InlineData("Basic realm=\"a \\\"quoted\\\" \\\\ name\"", "Basic realm=a \"quoted\" \\ name")]
    [InlineData("Basic realm=\"r\", Bearer realm=\"t\" , service = s", "Basic realm=r|Bearer realm=t service=s")]
    [InlineData("Negotiate, Basic realm=r", "Negotiate|Basic realm=r")]
    [InlineData("Bearer", "Bearer")]
    [InlineData("Bearer realm=\"never closed", "Bearer realm=never closed")]
    [InlineData(" , ,Bearer realm=x,", "Bearer realm=x")]
    [InlineData("", "")]
    [InlineData("\"", "")]
    [InlineData("Bearer realm=", "Bearer|realm")]
    public void A_line_holds_challenges(string line, string expected) => Assert.Equal(expected, Shown(Challenge.ParseAll([line])));

    [Fact]
    public void Several_lines_are_read_in_order() =>
        Assert.Equal("Bearer realm=t|Basic realm=r", Shown(Challenge.ParseAll(["Bearer realm=t", "Basic realm=r"])));

    [Fact]
    public void Names_are_compared_without_case()
    {
        var challenge = Assert.Single(Challenge.ParseAll(["BEARER Realm=\"https://a\""]));
        Assert.True(challenge.Is("Bearer"));
        Assert.Equal("https://a", challenge.Parameter("realm"));
    }

    [Fact]
    public void Access_that_lacks_is_asked_for_in_the_repository_of_the_request_only()
    {
        var challenges = Challenge.ParseAll(["Bearer realm=x,error=\"insufficient_scope\",scope=\"repository:a:push repository:b:push nonsense\""]);
        var widened = AccessScope.Widened([AccessScope.Pull("a")], challenges);
        Assert.Equal(["repository:a:pull", "repository:a:push"], widened.Select(scope => scope.ToString()));
    }

    [Fact]
    public void An_expired_token_does_not_widen_the_access() => Assert.Equal(
        [AccessScope.Pull("a")],
        AccessScope.Widened([AccessScope.Pull("a")], Challenge.ParseAll(["Bearer realm=x,error=\"invalid_token\",scope=\"repository:a:push\""])));

    private static string Shown(IReadOnlyList<Challenge> challenges) => string.Join('|', challenges.Select(challenge =>
        string.Join(' ', challenge.Parameters.Select(pair => $"{pair.Key}={pair.Value}").Prepend(challenge.Scheme))));
}
