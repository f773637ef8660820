using System.Text.Json;
using BuildSharp.Oci;

namespace BuildSharp.Storage;

/// <summary>A manifest list as the store keeps it (containers/common, libimage/manifests): an image without layers that names others.</summary>
/// <param name="Index">What the list says.</param>
/// <param name="Instances">Where the image of each entry is found: digest to <c>containers-storage:[driver@root+runroot]name</c>; the empty
/// key stands for the list itself.</param>
public sealed record ManifestList(ImageIndex Index, IReadOnlyDictionary<string, string> Instances)
{
    internal const string ManifestKey = "manifest";
    internal const string InstancesKey = "instances.json";

    /// <summary>A list without entries.</summary>
    public static ManifestList Empty { get; } =
        new(new ImageIndex { MediaType = MediaType.DockerManifestList }, new Dictionary<string, string>());

    /// <summary>The list with an entry: at the end, and nowhere else if there was one with its digest.</summary>
    /// <param name="entry">What the list says of the image.</param>
    /// <param name="place">Where it is found.</param>
    public ManifestList With(Descriptor entry, string place) => Of(
        [.. Index.Manifests.Where(other => other.Digest != entry.Digest), entry],
        new Dictionary<string, string>(Instances) { [entry.Digest.ToString()] = place });

    /// <summary>The list without an entry.</summary>
    /// <exception cref="BuildSharpException">It has none of that digest.</exception>
    public ManifestList Without(Digest digest)
    {
        Require(digest);
        return Of([.. Index.Manifests.Where(entry => entry.Digest != digest)], Instances.Where(instance => instance.Key != digest.ToString()).ToDictionary());
    }

    /// <summary>The list with an entry changed.</summary>
    /// <exception cref="BuildSharpException">It has none of that digest.</exception>
    public ManifestList Changed(Digest digest, Func<Descriptor, Descriptor> change)
    {
        Require(digest);
        return Of([.. Index.Manifests.Select(entry => entry.Digest == digest ? change(entry) : entry)], Instances);
    }

    // Docker's form is for a list that says nothing yet, as the other tools have it.
    private ManifestList Of(IReadOnlyList<Descriptor> manifests, IReadOnlyDictionary<string, string> instances) => this with
    {
        Index = Index with
        {
            MediaType = manifests.Count + Index.Annotations.Count > 0 ? MediaType.OciIndex : MediaType.DockerManifestList,
            Manifests = manifests,
        },
        Instances = instances,
    };

    private void Require(Digest digest)
    {
        if (Index.Manifests.All(entry => entry.Digest != digest))
        {
            throw new BuildSharpException(
                $"{digest} is not in the list{(Index.Manifests.Count == 0 ? ", which is empty" : $": it has {string.Join(", ", Index.Manifests.Select(entry => entry.Digest))}")}");
        }
    }

    /// <summary>Reads the two files of a list.</summary>
    /// <exception cref="BuildSharpException">One of them is not what it should be.</exception>
    internal static ManifestList Parse(ReadOnlySpan<byte> manifest, byte[]? instances) =>
        new(ImageIndex.Parse(manifest), instances is null ? new Dictionary<string, string>() : ParseInstances(instances));

    /// <summary>The two files.</summary>
    /// <param name="id">The list's own id.</param>
    internal IReadOnlyList<BigData> ToData(string id)
    {
        var instances = new SortedDictionary<string, string>(Instances.ToDictionary(), StringComparer.Ordinal) { [""] = id };
        return
        [
            new BigData(ManifestKey, Index.ToJson()),
            new BigData(InstancesKey, GoJson.ToBytes(writer =>
            {
                writer.WriteStartObject();
                foreach (var (digest, place) in instances) { writer.WriteString(digest, place); } writer.WriteEndObject();
            })),
        ];
    }

    internal static Dictionary<string, string> ParseInstances(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.EnumerateObject().ToDictionary(instance => instance.Name, instance => instance.Value.GetString() ?? "");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new BuildSharpException($"{InstancesKey} of the list is damaged: {error.Message}", error);
        }
    }
}
