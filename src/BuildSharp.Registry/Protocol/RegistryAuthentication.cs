using System.Net.Http.Headers;
using BuildSharp.Registry.Credentials;

namespace BuildSharp.Registry.Protocol;

/// <summary>Authenticates the requests to one registry: remembers its challenge, the credentials and the tokens.</summary>
internal sealed class RegistryAuthentication(string key, RegistryClientOptions options) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private readonly Dictionary<string, BearerToken> _tokens = new(StringComparer.Ordinal);
    private Challenge? _challenge;
    private bool _isLoginKnown;

    /// <summary>The credentials in use; null before a request needed some, and for anonymous access.</summary>
    public RegistryLogin? Login { get; private set; }

    /// <summary>Takes over the challenges of a response with status 401. Bearer is preferred, because it does not send the password with
    /// each request. Challenges of unknown schemes are ignored.</summary>
    public void Learn(IReadOnlyList<Challenge> challenges) =>
        _challenge = challenges.FirstOrDefault(challenge => challenge.Is("Bearer"))
            ?? challenges.FirstOrDefault(challenge => challenge.Is("Basic"))
            ?? _challenge;

    /// <summary>The header for a request; null when the registry has not asked for one, or there are no credentials.</summary>
    /// <param name="tokens">Fetches tokens.</param>
    /// <param name="scopes">Access that the request needs.</param>
    /// <param name="rejected">Header that the registry did not accept for the same request; null for none.</param>
    /// <param name="cancellationToken">Stops a credential helper or the request for a token.</param>
    /// <exception cref="RegistryException">The authorization service refuses.</exception>
    public async ValueTask<AuthenticationHeaderValue?> HeaderAsync(
        TokenClient tokens, IReadOnlyList<AccessScope> scopes, AuthenticationHeaderValue? rejected, CancellationToken cancellationToken)
    {
        if (_challenge is null)
        {
            return null;
        }

        // One caller at a time, so that several blobs in parallel ask for one token.
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_isLoginKnown)
            {
                Login = options.Credentials is { } credentials
                    ? await credentials.FindAsync(key, cancellationToken).ConfigureAwait(false)
                    : null;
                _isLoginKnown = true;
            }

            if (Login?.BearerToken is { } given)
            {
                return new AuthenticationHeaderValue("Bearer", given);
            }

            if (!_challenge.Is("Bearer"))
            {
                return Login is { Password.Length: > 0 } ? TokenClient.BasicHeader(Login) : null;
            }

            var wanted = string.Join(' ', scopes.Select(scope => scope.ToString()).Order(StringComparer.Ordinal));
            if (_tokens.GetValueOrDefault(wanted) is not { } token || !token.IsFresh(options.Time) || token.Text == rejected?.Parameter)
            {
                token = await tokens.FetchAsync(_challenge, scopes, Login, cancellationToken).ConfigureAwait(false);
                _tokens[wanted] = token;
            }

            return new AuthenticationHeaderValue("Bearer", token.Text);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();
}
