namespace BuildSharp.Containers.Fetching;

/// <summary>How things are fetched. Nothing here is read from our own environment: who builds the options has.</summary>
public sealed record FetchOptions
{
    /// <summary>Where fetched files lie until they are no longer needed.</summary>
    public string TemporaryDirectory { get; init; } = "/var/tmp";

    /// <summary>The caller's environment: its proxies, and for git all of it but what would bend a checkout.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether a server has to prove by its certificate who it is.</summary>
    public bool TlsVerify { get; init; } = true;

    /// <summary>Directory of further authorities (<c>*.crt</c>) and of our own certificates (<c>*.cert</c> with <c>*.key</c>); null for none.</summary>
    public string? CertificateDirectory { get; init; }

    /// <summary>How often a failed transfer is tried again.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>How long to wait before that; null begins with two seconds and doubles.</summary>
    public TimeSpan? RetryDelay { get; init; }

    /// <summary>Told what is fetched and which programs run for that, secrets masked; null when nobody listens.</summary>
    public IProgress<string>? Debug { get; init; }

    /// <summary>Where waiting takes its time from.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
