using BuildSharp.Registry.Credentials;

namespace BuildSharp.Registry.Protocol;

/// <summary>Settings of a registry client.</summary>
public sealed record RegistryClientOptions
{
    /// <summary>Variables with proxies.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Finds credentials; null for anonymous access only.</summary>
    public ICredentialSource? Credentials { get; init; }

    /// <summary>Whether a failed request is repeated when that can help.</summary>
    public bool Retries { get; init; } = true;

    /// <summary>First delay before a request is repeated; null for one second, two after "too many requests".</summary>
    public TimeSpan? RetryDelay { get; init; }

    /// <summary>Receives a line for each request and decision, without secrets; null to report nothing.</summary>
    public IProgress<string>? Debug { get; init; }

    /// <summary>Receives warnings: those of the registry, and one when credentials are sent unencrypted; null to report nothing.</summary>
    public IProgress<string>? Warnings { get; init; }

    /// <summary>Clock for delays and for the age of tokens.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
