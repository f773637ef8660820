namespace BuildSharp.Registry.Connections;

/// <summary>Settings of the connections to one server. The caller reads the environment; nothing here does.</summary>
public sealed record ConnectionSettings
{
    /// <summary>Variables with proxies: <c>http_proxy</c>, <c>https_proxy</c>, <c>no_proxy</c>, in lower or upper case.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether to verify the server's certificate.</summary>
    public bool TlsVerify { get; init; } = true;

    /// <summary>Directory with additional CA certificates (<c>*.crt</c>) and client certificates (<c>*.cert</c> with <c>*.key</c>); null
    /// for none.</summary>
    public string? CertificateDirectory { get; init; }

    /// <summary>Path of a socket of this machine, to which all requests go without a proxy; null to connect to the host of each
    /// request.</summary>
    public string? UnixSocket { get; init; }

    /// <summary>How long the server may take until its answer begins; null for a minute.</summary>
    public TimeSpan? Patience { get; init; }
}
