using System.Text.RegularExpressions;

namespace BuildSharp.Oci;

/// <summary>Masks credentials in addresses such as <c>https://user:password@host/path</c> (RFC 3986, section 3.2.1), for messages and
/// logs.</summary>
/// <remarks>Passwords are masked. A user name is masked if it is probably an access token: a name without password in an http or https
/// address, or with the password <c>x-oauth-basic</c>. In other schemes a name without password is a login, as in <c>ssh://git@host</c>,
/// and is kept.</remarks>
public static partial class AddressCredentials
{
    private const string Mask = "xxxxx";

    /// <summary>The text with each secret replaced by <c>xxxxx</c>.</summary>
    public static string Masked(string text) => MayHoldSome(text) ? UserInfo().Replace(text, match => Hide(text, match, _ => Mask)) : text;

    /// <summary>The text with each character of a secret replaced by <c>x</c>, so that column numbers stay the same.</summary>
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

    // The host begins after the last @ before the path, as in curl and git: a password may contain the character.
    [GeneratedRegex("""://(?<info>[^/?#\s"'<>]+)@""")]
    private static partial Regex UserInfo();
}
