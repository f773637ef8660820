using System.Net;

namespace BuildSharp.Registry.Protocol;

/// <summary>A request to a registry, which may be sent several times: with other credentials, or again after a failure.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Address">Its address, absolute or relative to the root of the server.</param>
/// <param name="Attempt">What it attempts, as the start of messages: "reading manifest 1.2 in host/path".</param>
internal sealed record RegistryRequest(HttpMethod Method, Uri Address, string Attempt)
{
    /// <summary>Access that it needs.</summary>
    public IReadOnlyList<AccessScope> Scopes { get; init; } = [];

    /// <summary>Statuses that mean success; all others are thrown.</summary>
    public IReadOnlyList<HttpStatusCode> Expected { get; init; } = [HttpStatusCode.OK];

    /// <summary>Adds headers, for each address; null for none.</summary>
    public Action<HttpRequestMessage>? Prepare { get; init; }

    /// <summary>Creates the body for each attempt; null for none.</summary>
    public Func<HttpContent>? Body { get; init; }

    /// <summary>Whether it can be sent again: the body can be created twice, and a second request does no harm.</summary>
    public bool IsRepeatable { get; init; } = true;

    /// <summary>Whether redirects are followed, which only requests without body may ask for.</summary>
    public bool FollowsRedirects => Body is null && (Method == HttpMethod.Get || Method == HttpMethod.Head);
}
