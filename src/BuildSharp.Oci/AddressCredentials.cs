using System.Text.RegularExpressions;

namespace BuildSharp.Oci;

/// <summary>Credentials that stand inside addresses, as in <c>https://user:password@host/path</c> (RFC 3986, section 3.2.1), and how a text
/// that contains such addresses is shown to people and logs.</summary>
/// <remarks>The password is hidden. So is a user name that is itself a secret: a name without a password in an http or https address, or
/// with the password <c>x-oauth-basic</c>, is how access tokens are written. In other schemes a lone name is a login, as in
/// <c>ssh://git@host</c>, and stays.</remarks>
public static partial class AddressCredentials
{
    private const string Mask = "xxxxx";

    /// <summary>The text with <c>xxxxx</c> in the place of each secret.</summary>
    public static string Masked(string text) => MayHoldSome(text) ? UserInfo().Replace(text, match => Hide(text, match, _ => Mask)) : text;

    /// <summary>The text with each character of a secret replaced by <c>x</c>, so that columns stay where they are.</summary>
    public static string Blanked(string text) =>
        MayHoldSome(text) ? UserInfo().Replace(text, match => Hide(text, match, secret => new string('x', secret.Length))) : text;

    private static bool MayHoldSome(string text) => text.Contains("://", StringComparison.Ordinal) && text.Contains('@');

    private static string Hide(string text, Match match, Func<string, string> hide)
    {
        var before = text.AsSpan(0, match.Index);
        var isWeb = before.EndsWith("http", StringComparison.OrdinalIgnoreCase) || before.EndsWith("https", StringComparison.OrdinalIgnoreCase);
        var info = match.Groups["info"].Value;
        var colon = info.IndexOf(':');
        if (colon < 0)
        {
            return isWeb ? $"://{hide(info)}@" : match.Value;
        }

        var (user, password) = (info[..colon], info[(colon + 1)..]);
        var userIsToken = password is "" or "x-oauth-basic";
        return $"://{(userIsToken ? hide(user) : user)}:{hide(password)}@";
    }

    // The host begins behind the last @ before the path, as curl and git read it: a password may hold the character.
    [GeneratedRegex("""://(?<info>[^/?#\s"'<>]+)@""")]
    private static partial Regex UserInfo();
}
