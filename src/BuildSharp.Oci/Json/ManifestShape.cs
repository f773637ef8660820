namespace BuildSharp.Oci.Json;

/// <summary>Distinguishes image manifests from indexes, and refuses an object that could be parsed as both.</summary>
internal static class ManifestShape
{
    private static readonly string[] NotInManifest = ["manifests", "fsLayers", "history"];
    private static readonly string[] NotInIndex = ["config", "layers", "fsLayers", "history"];

    /// <summary>Media type of the object: its own field if it has a known type, otherwise derived from its content.</summary>
    public static string Guess(JsonFields fields)
    {
        var stated = fields.String("mediaType");
        if (MediaType.IsManifest(stated) || MediaType.IsIndex(stated) || stated is MediaType.DockerSchema1 or MediaType.DockerSchema1Signed)
        {
            return stated!;
        }

        if (fields.Integer("schemaVersion") == 1)
        {
            return fields.Has("signatures") ? MediaType.DockerSchema1Signed : MediaType.DockerSchema1;
        }

        if (fields.Has("config"))
        {
            return fields.Object("config")?.String("mediaType") == MediaType.DockerConfig ? MediaType.DockerManifest : MediaType.OciManifest;
        }

        return fields.Has("manifests") ? MediaType.OciIndex : MediaType.OciManifest;
    }

    /// <summary>Checks an object before it is parsed as an image manifest; see <see cref="CheckIndex"/>.</summary>
    public static string CheckManifest(JsonFields fields, string? toldType) =>
        Check(fields, toldType, MediaType.IsManifest, NotInManifest, "an image manifest");

    /// <summary>Checks an object before it is parsed as an index, and returns its media type.</summary>
    /// <param name="fields">The object.</param>
    /// <param name="toldType">Media type stated by a descriptor or HTTP header; null for none.</param>
    /// <remarks>Key names are compared without case, as in Go's decoder. An object with both <c>Layers</c> and <c>layers</c> would
    /// otherwise be a different image there.</remarks>
    public static string CheckIndex(JsonFields fields, string? toldType) =>
        Check(fields, toldType, MediaType.IsIndex, NotInIndex, "an image index");

    private static string Check(JsonFields fields, string? toldType, Func<string?, bool> fits, string[] foreign, string kind)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in fields.Names)
        {
            if (!names.Add(name))
            {
                throw fields.Error($"the key \"{name}\" occurs twice in different case");
            }
        }

        var type = Guess(fields);
        if (type is MediaType.DockerSchema1 or MediaType.DockerSchema1Signed)
        {
            throw fields.Error("Docker schema 1 images are not supported; convert the image to OCI or Docker schema 2");
        }

        if (!fits(type))
        {
            throw fields.Error($"expected {kind}, found {type}");
        }

        if (foreign.FirstOrDefault(names.Contains) is { } key)
        {
            throw fields.Error($"{kind} must not have the key \"{key}\": other tools could read it as another image");
        }

        if (toldType is not null && fits(toldType))
        {
            if (fields.String("mediaType") is { Length: > 0 } stated && stated != toldType)
            {
                throw fields.Error($"it says that it is {stated}, but was announced as {toldType}");
            }

            return toldType;
        }

        return type;
    }
}
