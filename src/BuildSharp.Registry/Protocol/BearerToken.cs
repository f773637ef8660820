using BuildSharp.Oci;
using BuildSharp.Oci.Json;

namespace BuildSharp.Registry.Protocol;

/// <summary>A token of an authorization service (distribution, "Token Authentication Specification").</summary>
/// <param name="Text">The secret.</param>
/// <param name="Received">When the token arrived, a timestamp of the client's clock. The service's own clock may be wrong.</param>
/// <param name="Life">How long the token is valid.</param>
internal sealed record BearerToken(string Text, long Received, TimeSpan Life)
{
    /// <summary>Maximum length of a reply in bytes.</summary>
    public const int ReplyLimit = 1 << 20;

    private const int ShortestLife = 60;
    private const double UsedPart = 0.75;

    /// <summary>Whether the token can be used for another request: not after three quarters of its life.</summary>
    public bool IsFresh(TimeProvider time) => time.GetElapsedTime(Received) < Life * UsedPart;

    /// <summary>Reads the reply of an authorization service: <c>token</c> or <c>access_token</c>, and <c>expires_in</c> in seconds, whose
    /// default and minimum is 60.</summary>
    /// <exception cref="BuildSharpException">The reply has no token.</exception>
    public static BearerToken Parse(ReadOnlySpan<byte> json, string service, TimeProvider time) =>
        StrictJson.Read(json, ReplyLimit, $"token of {service}", fields =>
        {
            var text = fields.String("token") is { Length: > 0 } token ? token : fields.RequiredString("access_token");
            var life = TimeSpan.FromSeconds(Math.Clamp(fields.Integer("expires_in") ?? ShortestLife, ShortestLife, int.MaxValue));
            return new BearerToken(text, time.GetTimestamp(), life);
        });

    /// <summary>Nothing of the secret.</summary>
    public override string ToString() => nameof(BearerToken);
}
