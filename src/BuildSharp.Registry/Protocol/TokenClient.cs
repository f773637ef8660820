using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using BuildSharp.Oci;
using BuildSharp.Registry.Connections;
using BuildSharp.Registry.Credentials;

namespace BuildSharp.Registry.Protocol;

/// <summary>Fetches tokens from an authorization service (distribution, "Token Authentication Specification" and "OAuth2 Token
/// Authentication").</summary>
internal sealed class TokenClient(HttpConnections connections, Uri registry, string host, RegistryClientOptions options)
{
    private const string ClientId = "buildsharp";

    /// <summary>The header that sends a user name and password (RFC 7617).</summary>
    public static AuthenticationHeaderValue BasicHeader(RegistryLogin login) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login.UserName}:{login.Password}")));

    /// <summary>Fetches a token.</summary>
    /// <param name="challenge">The registry's challenge: realm and service.</param>
    /// <param name="scopes">Access to ask for; empty to verify credentials only.</param>
    /// <param name="login">Credentials; null for anonymous access.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <exception cref="RegistryException">The service refuses or cannot be reached.</exception>
    /// <exception cref="BuildSharpException">The address of the service breaks a rule, or its reply is invalid.</exception>
    public async Task<BearerToken> FetchAsync(
        Challenge challenge, IReadOnlyList<AccessScope> scopes, RegistryLogin? login, CancellationToken cancellationToken)
    {
        var realm = TokenRealm.Check(challenge.Parameter("realm"), registry);
        var service = challenge.Parameter("service");
        var wanted = string.Join(' ', scopes);
        var request = new RegistryRequest(HttpMethod.Get, realm, $"requesting a token from {Redirection.Shown(realm)}");
        options.Debug?.Report($"{request.Attempt} as {login?.ToString() ?? "anonymous"}, scope \"{wanted}\"");
        try
        {
            if (login?.IdentityToken is { } refresh)
            {
                using var posted = await PostAsync(realm, service, wanted, refresh, cancellationToken).ConfigureAwait(false);

                // A service that does not know this form is asked in the other one.
                if (posted.StatusCode is not (HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed))
                {
                    return await ReadAsync(request, posted, login, cancellationToken).ConfigureAwait(false);
                }
            }

            using var response = await GetAsync(request, service, scopes, login, cancellationToken).ConfigureAwait(false);
            return await ReadAsync(request, response, login, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (ConnectionFailure.Is(error))
        {
            throw RegistryError.Of(request.Attempt, error);
        }
    }

    private async Task<HttpResponseMessage> PostAsync(
        Uri realm, string? service, string scope, string refresh, CancellationToken cancellationToken)
    {
        List<KeyValuePair<string, string>> form =
            [new("grant_type", "refresh_token"), new("client_id", ClientId), new("refresh_token", refresh)];
        if (service is not null)
        {
            form.Add(new("service", service));
        }

        if (scope.Length > 0)
        {
            form.Add(new("scope", scope));
        }

        using var message = new HttpRequestMessage(HttpMethod.Post, realm) { Content = new FormUrlEncodedContent(form) };
        return await connections.SendAsync(message, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> GetAsync(
        RegistryRequest request, string? service, IReadOnlyList<AccessScope> scopes, RegistryLogin? login,
        CancellationToken cancellationToken)
    {
        var query = new StringBuilder(request.Address.Query.TrimStart('?'));
        void Add(string name, string value) =>
            query.Append(query.Length > 0 ? "&" : "").Append(CultureInfo.InvariantCulture, $"{name}={Uri.EscapeDataString(value)}");
        var named = login is { UserName.Length: > 0, Password.Length: > 0 } ? login : null;
        if (named is not null)
        {
            Add("account", named.UserName);
        }

        if (service is not null)
        {
            Add("service", service);
        }

        foreach (var scope in scopes)
        {
            Add("scope", scope.ToString());
        }

        var address = new UriBuilder(request.Address) { Query = query.ToString() }.Uri;
        HttpRequestMessage RequestFor(Uri at)
        {
            // A redirect obeys the rules of a realm.
            var message = new HttpRequestMessage(HttpMethod.Get, TokenRealm.Check(at.AbsoluteUri, registry));
            message.Headers.Authorization = named is not null && Redirection.IsSameOrigin(at, address) ? BasicHeader(named) : null;
            return message;
        }
        return await connections.FollowAsync(address, RequestFor, request.Attempt, cancellationToken).ConfigureAwait(false);
    }

    private async Task<BearerToken> ReadAsync(
        RegistryRequest request, HttpResponseMessage response, RegistryLogin? login, CancellationToken cancellationToken)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw await RegistryError.OfAsync(request, response, host, login, cancellationToken).ConfigureAwait(false);
        }

        var service = Redirection.Shown(request.Address);
        var reply = await LimitedContent.ReadAsync(response.Content, BearerToken.ReplyLimit, $"token of {service}", cancellationToken)
            .ConfigureAwait(false);
        return BearerToken.Parse(reply, service, options.Time);
    }
}
