using BuildSharp.Oci.Reporting;

namespace BuildSharp.Containers.Fetching;

/// <summary>Settings for downloads. The caller reads the environment; nothing here does.</summary>
public sealed record FetchOptions
{
    /// <summary>Directory for downloaded files.</summary>
    public string TemporaryDirectory { get; init; } = "/var/tmp";

    /// <summary>The caller's environment: proxies, and variables for git except those that would change where it works.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether to verify the server's certificate.</summary>
    public bool TlsVerify { get; init; } = true;

    /// <summary>Directory with additional CA certificates (<c>*.crt</c>) and client certificates (<c>*.cert</c> with <c>*.key</c>); null
    /// for none.</summary>
    public string? CertificateDirectory { get; init; }

    /// <summary>Number of retries of a failed transfer.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>Delay before a retry; null starts with two seconds and doubles.</summary>
    public TimeSpan? RetryDelay { get; init; }

    /// <summary>Receives a line for each download and each program that is run, with secrets masked; null to report nothing.</summary>
    public IProgress<string>? Debug { get; init; }

    /// <summary>Receives the bytes of each download; null to report nothing.</summary>
    public IProgressSink? Progress { get; init; }

    /// <summary>Clock for delays.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
