using System.Security.Authentication;

namespace BuildSharp.Registry.Connections;

/// <summary>Failures of a transfer below HTTP: the exceptions that the runtime throws for them, and what to tell about them.</summary>
public static class ConnectionFailure
{
    /// <summary>Whether the exception is such a failure.</summary>
    public static bool Is(Exception error) => error is HttpRequestException or HttpIOException or TimeoutException;

    /// <summary>Whether another attempt can help. It does not against an unknown host name or an untrusted certificate.</summary>
    public static bool IsTransient(Exception error) =>
        Is(error) && error is not HttpRequestException
        {
            HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
        };

    /// <summary>Whether no connection could be made, so that nothing was sent.</summary>
    public static bool IsUnreachable(Exception error) =>
        error is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError };

    /// <summary>Whether the TLS handshake failed because of what the server sent, as a server without TLS does.</summary>
    public static bool IsPlainHttp(Exception error) =>
        error is HttpRequestException
        {
            HttpRequestError: HttpRequestError.SecureConnectionError,
            InnerException: AuthenticationException { InnerException: null } inner,
        }
        && inner.Message.Contains("frame", StringComparison.Ordinal);

    /// <summary>Whether the server's certificate is not trusted.</summary>
    public static bool IsUntrusted(Exception error) =>
        error is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: AuthenticationException inner }
        && inner.Message.Contains("certificate", StringComparison.Ordinal);

    /// <summary>The reason, for a message.</summary>
    public static string Reason(Exception error) => error switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: { } inner } => inner.Message,
        HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => "the transfer broke off",
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => "the server ended the connection without an answer",
        HttpRequestException { HttpRequestError: HttpRequestError.Unknown, InnerException: IOException inner } => $"the connection broke: {inner.Message}",
        _ => error.Message,
    };
}
