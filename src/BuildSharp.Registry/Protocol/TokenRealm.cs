using BuildSharp.Oci;
using BuildSharp.Registry.Connections;

namespace BuildSharp.Registry.Protocol;

/// <summary>Rules for the address of an authorization service. The registry states it, and credentials are sent there, so a registry must
/// not lead them to an unencrypted connection or into the client's own network.</summary>
internal static class TokenRealm
{
    /// <summary>Checks an address that a registry, or a redirect of its authorization service, states.</summary>
    /// <param name="text">The address.</param>
    /// <param name="registry">Root of the registry that states it.</param>
    /// <exception cref="BuildSharpException">The address breaks a rule.</exception>
    public static Uri Check(string? text, Uri registry)
    {
        if (text is null || !Uri.TryCreate(text, UriKind.Absolute, out var realm) || realm.Host.Length == 0)
        {
            throw new BuildSharpException($"{registry.Authority}: the registry states no address of its authorization service");
        }

        var shown = Redirection.Shown(realm);
        if (realm.Scheme != "https" && !(realm.Scheme == "http" && registry.Scheme == "http"))
        {
            throw Refused(registry, shown, "it is not encrypted");
        }

        if (realm.UserInfo.Length > 0)
        {
            throw Refused(registry, shown, "it holds credentials");
        }

        return realm.Host == registry.Host || !PrivateNetwork.Has(realm) ? realm : throw Refused(registry, shown, "it is in a private network");
    }

    private static BuildSharpException Refused(Uri registry, string shown, string why) =>
        new($"{registry.Authority}: credentials are not sent to {shown}, which the registry states as its authorization service: {why}");
}
