namespace BuildSharp.Registry.Credentials;

/// <summary>Credentials for a registry: a user name with password, or an identity token.</summary>
/// <param name="UserName">The user name; may be empty with an identity token.</param>
/// <param name="Password">The password or access token; empty with an identity token.</param>
/// <param name="IdentityToken">OAuth 2 refresh token that replaces the password (<c>identitytoken</c> of an auth file); null for
/// none.</param>
public sealed record RegistryLogin(string UserName, string Password, string? IdentityToken = null)
{
    /// <summary>A token that is sent to the registry as it is, instead of one of its authorization service; null for none.</summary>
    public string? BearerToken { get; init; }

    /// <summary>The user name; no secret.</summary>
    public override string ToString() => UserName.Length > 0 ? UserName : BearerToken is null ? "identity token" : "bearer token";
}
