using System.Net;
using System.Text;
using BuildSharp.Oci;
using BuildSharp.Oci.Json;
using BuildSharp.Registry.Connections;
using BuildSharp.Registry.Credentials;

namespace BuildSharp.Registry.Protocol;

/// <summary>Turns failed requests into messages. Text of a registry is untrusted: it is read up to a limit, and printed without control
/// characters.</summary>
internal static class RegistryError
{
    private const int MostRead = 1 << 20;
    private const int MostShown = 1024;

    /// <summary>The exception for a response with an unexpected status.</summary>
    /// <param name="request">The request.</param>
    /// <param name="response">Its response; disposed by the caller.</param>
    /// <param name="host">The registry, as the user names it.</param>
    /// <param name="login">The credentials that were used; null for none. They are masked if the registry repeats them.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    public static async Task<RegistryException> OfAsync(
        RegistryRequest request, HttpResponseMessage response, string host, RegistryLogin? login, CancellationToken cancellationToken)
    {
        var (codes, said) = Read(await TryReadAsync(response, cancellationToken).ConfigureAwait(false));
        said = Mask(Mask(Mask(said, login?.Password), login?.IdentityToken), login?.BearerToken);
        var status = response.StatusCode;
        var number = $"{(int)status}{string.Concat(codes.Select(code => ", " + code))}";
        var reason = status switch
        {
            HttpStatusCode.Unauthorized when login is not null => "the credentials are not accepted",
            HttpStatusCode.Unauthorized => "authentication required",
            HttpStatusCode.Forbidden => "requested access to the resource is denied",
            HttpStatusCode.TooManyRequests => "too many requests to registry",
            HttpStatusCode.NotFound when codes.Contains("MANIFEST_UNKNOWN") => "manifest unknown",
            HttpStatusCode.NotFound when codes.Contains("NAME_UNKNOWN") => "repository name not known to registry",
            HttpStatusCode.MethodNotAllowed when request.Method == HttpMethod.Delete => "the registry does not allow deleting",
            _ => "the registry refuses",
        };
        var advice = status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                $"; log in with \"buildsharp login {host}\" or give --authfile or --creds",
            HttpStatusCode.TooManyRequests when login is null =>
                $"; registries allow more requests after \"buildsharp login {host}\"",
            _ => "",
        };
        said = said.Length > 0 && said != reason ? ": " + said : "";
        return new RegistryException($"{request.Attempt}: {reason} ({number}){said}{advice}", status, codes, RequestRetry.MayPass(status));
    }

    /// <summary>The exception for a request without response.</summary>
    public static RegistryException Of(string attempt, Exception failure)
    {
        var reason = ConnectionFailure.IsPlainHttp(failure)
            ? "server gave HTTP response to HTTPS client; --tls-verify=false, or insecure=true in registries.conf, allows HTTP"
            : ConnectionFailure.Reason(failure);
        if (ConnectionFailure.IsUntrusted(failure))
        {
            reason += "; --cert-dir, or a directory in certs.d, says which authorities to trust (*.crt), --tls-verify=false to trust any";
        }

        return new RegistryException($"{attempt}: {reason}", null, [], ConnectionFailure.IsTransient(failure), failure);
    }

    /// <summary>Text without control characters, of limited length.</summary>
    public static string Printable(string text)
    {
        var clean = string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter)).Trim();
        return AddressCredentials.Masked(clean.Length > MostShown ? clean[..MostShown] + "…" : clean);
    }

    private static string Mask(string text, string? secret) =>
        secret is { Length: > 0 } ? text.Replace(secret, "xxxxx", StringComparison.Ordinal) : text;

    private static async Task<byte[]> TryReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await LimitedContent.ReadAsync(response.Content, MostRead, "error", cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is BuildSharpException || ConnectionFailure.Is(error))
        {
            // The status alone tells what happened.
            return [];
        }
    }

    // {"errors":[{"code":…,"message":…,"detail":…}]} (distribution-spec, "Error Codes"), or any text.
    private static (IReadOnlyList<string> Codes, string Said) Read(byte[] body)
    {
        try
        {
            return StrictJson.Read<(IReadOnlyList<string>, string)>(body, MostRead, "error", fields =>
            {
                var errors = fields.Objects("errors");
                var codes = errors.Select(error => Printable(error.String("code") ?? "")).Where(code => code.Length > 0).Distinct().ToList();
                var messages = errors.Select(error => Printable(error.String("message") ?? "")).Where(said => said.Length > 0).Distinct();
                return (codes, Printable(string.Join("; ", messages)));
            });
        }
        catch (BuildSharpException)
        {
            var text = Encoding.UTF8.GetString(body);
            return ([], text.StartsWith('<') ? "" : Printable(text));
        }
    }
}
