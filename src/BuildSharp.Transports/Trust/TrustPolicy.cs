using BuildSharp.Oci;

namespace BuildSharp.Transports.Trust;

/// <summary>Which images may come in: the content of a <c>policy.json</c> (containers-policy.json(5)).</summary>
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

    /// <summary>Reads a policy. What is not known makes the whole file invalid, for it might have forbidden something.</summary>
    /// <param name="json">Content of the file.</param>
    /// <param name="name">The file, for messages.</param>
    /// <exception cref="BuildSharpException">It is no policy; the message says what is wrong with which file.</exception>
    public static TrustPolicy Parse(ReadOnlySpan<byte> json, string name) => PolicyReader.Read(json, name);

    /// <summary>Refuses an image that the policy does not let in.</summary>
    /// <param name="location">Where the image is.</param>
    /// <param name="context">What finding out its scopes may need.</param>
    /// <exception cref="BuildSharpException">The policy rejects it, or asks for a signature.</exception>
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

    // Only the most specific scope counts; scopes are not merged.
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
