namespace BuildSharp.Registry.Connections;

/// <summary>Failures of a transfer below HTTP: the exceptions that the runtime throws for them, and what to tell about them.</summary>
public static class ConnectionFailure
{
    /// <summary>Whether the exception is such a failure.</summary>
    public static bool Is(Exception error) => error is HttpRequestException or HttpIOException or TimeoutException;

    /// <summary>Whether another attempt can help. It does not against an unknown host name or an untrusted certificate.</summary>
    public static bool IsTransient(Exception error) =>
        Is(error) && error is not HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError };

    /// <summary>The reason, for a message.</summary>
    public static string Reason(Exception error) => error switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: { } inner } => inner.Message,
        HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => "the transfer broke off",
        _ => error.Message,
    };
}
