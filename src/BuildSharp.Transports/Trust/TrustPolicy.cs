using BuildSharp.Oci;

namespace BuildSharp.Transports.Trust;

/// <summary>Decides which images may be read: the content of a <c>policy.json</c> (containers-policy.json(5)).</summary>
public sealed class TrustPolicy
{
    private readonly string _name;
    private readonly IReadOnlyList<PolicyRequirement> _default;
    private readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlyList<PolicyRequirement>>> _transports;

    internal TrustPolicy(
        string name,
        IReadOnlyList<PolicyRequirement> @default,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlyList<PolicyRequirement>>> transports) =>
        (_name, _default, _transports) = (name, @default, transports);

    /// <summary>Parses a policy. An unknown key makes it invalid, because it may be a restriction.</summary>
    /// <param name="json">Content of the file.</param>
    /// <param name="name">Path of the file, for messages.</param>
    /// <exception cref="BuildSharpException">The policy is invalid; the message names the file and the mistake.</exception>
    public static TrustPolicy Parse(ReadOnlySpan<byte> json, string name) => PolicyReader.Read(json, name);

    /// <summary>Throws when the policy does not accept an image.</summary>
    /// <param name="location">Location of the image.</param>
    /// <param name="context">Used when finding the scopes requires opening a store.</param>
    /// <exception cref="BuildSharpException">The policy rejects the image, or requires a signature, which is not supported.</exception>
    public void Require(ImageLocation location, TransportContext context)
    {
        var (place, requirements) = Find(location, context);
        foreach (var requirement in requirements)
        {
            if (requirement == PolicyRequirement.Reject)
            {
                throw new BuildSharpException($"{location}: the image is rejected by policy: {place} in {_name}");
            }

            if (requirement != PolicyRequirement.AcceptAnything)
            {
                throw new BuildSharpException(
                    $"{location}: the image needs a signature that this version cannot check: {PolicyReader.Word(requirement)}, {place} in {_name}");
            }
        }
    }

    // Only the most specific scope applies; scopes are not merged.
    private (string Place, IReadOnlyList<PolicyRequirement> Requirements) Find(ImageLocation location, TransportContext context)
    {
        if (!_transports.TryGetValue(location.Transport, out var scopes))
        {
            return ("the default", _default);
        }

        foreach (var scope in scopes.Count > 0 ? location.PolicyScopes(context).Append("") : [])
        {
            if (scopes.TryGetValue(scope, out var requirements))
            {
                return ($"scope \"{scope}\" of transport {location.Transport}", requirements);
            }
        }

        return ("the default", _default);
    }
}
