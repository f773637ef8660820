using System.Text.Json;
using BuildSharp.Oci;
using BuildSharp.Oci.Json;

namespace BuildSharp.Transports.Trust;

/// <summary>Parses a <c>policy.json</c> as strictly as containers/image: a file that it rejects is rejected here too.</summary>
internal static class PolicyReader
{
    private static readonly string[] Keys = ["keyPath", "keyPaths", "keyData"];
    private static readonly string[] SigstoreKeys = [.. Keys, "keyDatas", "fulcio", "pki"];
    private static readonly string[] LogKeys = ["rekorPublicKeyPath", "rekorPublicKeyPaths", "rekorPublicKeyData", "rekorPublicKeyDatas"];

    // By requirement: its value of "type", and its other fields.
    private static readonly (PolicyRequirement Requirement, string Word, string[] Fields)[] KnownRequirements =
    [
        (PolicyRequirement.AcceptAnything, "insecureAcceptAnything", []),
        (PolicyRequirement.Reject, "reject", []),
        (PolicyRequirement.SignedBy, "signedBy", [.. Keys, "keyType", "signedIdentity"]),
        (PolicyRequirement.SigstoreSigned, "sigstoreSigned", [.. SigstoreKeys, .. LogKeys, "signedIdentity"]),
        (PolicyRequirement.SignedBaseLayer, "signedBaseLayer", ["baseLayerIdentity"]),
    ];

    // By type of signed identity: its required fields besides "type".
    private static readonly Dictionary<string, string[]> Identities = new(StringComparer.Ordinal)
    {
        ["matchExact"] = [],
        ["matchRepoDigestOrExact"] = [],
        ["matchRepository"] = [],
        ["exactReference"] = ["dockerReference"],
        ["exactRepository"] = ["dockerRepository"],
        ["remapIdentity"] = ["prefix", "signedPrefix"],
    };

    public static TrustPolicy Read(ReadOnlySpan<byte> json, string name)
    {
        try
        {
            UnambiguousJson.Require(json);
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            return Read(document.RootElement, name);
        }
        catch (JsonException e)
        {
            throw new BuildSharpException($"invalid policy in {name}: not valid JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine}", e);
        }
        catch (FormatException e)
        {
            throw new BuildSharpException($"invalid policy in {name}: {e.Message}", e);
        }
    }

    /// <summary>The value of "type" for the requirement.</summary>
    public static string Word(PolicyRequirement requirement) => KnownRequirements.Single(known => known.Requirement == requirement).Word;

    private static TrustPolicy Read(JsonElement root, string name)
    {
        RequireFields(root, "the policy", ["default", "transports"]);
        if (!root.TryGetProperty("default", out var everywhere))
        {
            throw new FormatException("the field \"default\" is missing");
        }

        var transports = new Dictionary<string, IReadOnlyDictionary<string, IReadOnlyList<PolicyRequirement>>>(StringComparer.Ordinal);
        if (root.TryGetProperty("transports", out var given))
        {
            foreach (var transport in Fields(given, "\"transports\""))
            {
                var scopes = new Dictionary<string, IReadOnlyList<PolicyRequirement>>(StringComparer.Ordinal);
                foreach (var scope in Fields(transport.Value, $"transport \"{transport.Name}\""))
                {
                    PolicyScope.Check(transport.Name, scope.Name);
                    scopes[scope.Name] = Requirements(scope.Value, $"scope \"{scope.Name}\" of transport {transport.Name}");
                }

                transports[transport.Name] = scopes;
            }
        }

        return new TrustPolicy(name, Requirements(everywhere, "\"default\""), transports);
    }

    private static List<PolicyRequirement> Requirements(JsonElement list, string place) =>
        list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0
            ? [.. list.EnumerateArray().Select(item => Requirement(item, place))]
            : throw new FormatException($"{place} must be a list of at least one requirement");

    private static PolicyRequirement Requirement(JsonElement item, string place)
    {
        var type = Text(item, "type", place);
        var known = KnownRequirements.FirstOrDefault(known => known.Word == type);
        if (known.Word is null)
        {
            throw new FormatException($"{place}: unknown requirement \"{type}\"; known are {string.Join(", ", KnownRequirements.Select(each => each.Word))}");
        }

        RequireFields(item, $"{type} in {place}", [.. known.Fields, "type"]);
        switch (known.Requirement)
        {
            case PolicyRequirement.SignedBy:
                RequireOneOf(item, Keys, $"signedBy in {place}");
                if (Text(item, "keyType", place) is not ("GPGKeys" or "signedByGPGKeys" or "X509Certificates" or "signedByX509CAs"))
                {
                    throw new FormatException($"signedBy in {place}: the keyType is unknown; GPGKeys is what others write");
                }

                break;
            case PolicyRequirement.SigstoreSigned:
                RequireOneOf(item, SigstoreKeys, $"sigstoreSigned in {place}");
                RequireLogKeys(item, $"sigstoreSigned in {place}");
                break;
            case PolicyRequirement.SignedBaseLayer when !item.TryGetProperty("baseLayerIdentity", out _):
                throw new FormatException($"signedBaseLayer in {place}: the field \"baseLayerIdentity\" is missing");
        }

        foreach (var identity in new[] { "signedIdentity", "baseLayerIdentity" })
        {
            if (item.TryGetProperty(identity, out var value))
            {
                CheckIdentity(value, $"\"{identity}\" in {place}");
            }
        }

        return known.Requirement;
    }

    private static void RequireLogKeys(JsonElement item, string place)
    {
        var logs = LogKeys.Count(key => item.TryGetProperty(key, out _));
        if (logs > 1 || (logs == 0 && item.TryGetProperty("fulcio", out _)) || (logs > 0 && item.TryGetProperty("pki", out _)))
        {
            throw new FormatException($"{place}: of the rekorPublicKey fields, fulcio needs one, pki none, and none has two");
        }
    }

    private static void CheckIdentity(JsonElement item, string place)
    {
        var type = Text(item, "type", place);
        if (!Identities.TryGetValue(type, out var fields))
        {
            throw new FormatException($"{place}: unknown type \"{type}\"; known are {string.Join(", ", Identities.Keys)}");
        }

        RequireFields(item, place, [.. fields, "type"]);
        foreach (var field in fields)
        {
            Text(item, field, place);
        }
    }

    private static void RequireOneOf(JsonElement item, string[] fields, string place)
    {
        if (fields.Count(field => item.TryGetProperty(field, out _)) != 1)
        {
            throw new FormatException($"{place}: exactly one of {string.Join(", ", fields)} is needed");
        }
    }

    private static void RequireFields(JsonElement item, string place, string[] known)
    {
        foreach (var field in Fields(item, place))
        {
            if (!known.Contains(field.Name))
            {
                throw new FormatException($"{place}: unknown field \"{field.Name}\"");
            }
        }
    }

    private static JsonElement.ObjectEnumerator Fields(JsonElement item, string place) =>
        item.ValueKind == JsonValueKind.Object ? item.EnumerateObject() : throw new FormatException($"{place} is not an object");

    private static string Text(JsonElement item, string field, string place) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new FormatException($"{place}: the field \"{field}\" is missing or no text");
}
