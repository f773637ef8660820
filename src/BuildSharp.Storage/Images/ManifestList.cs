using System.Text.Json;
using BuildSharp.Oci;
using BuildSharp.Oci.Json;

namespace BuildSharp.Storage.Images;

/// <summary>A manifest list in the store (containers/common, libimage/manifests): an image without layers that refers to other
/// images.</summary>
/// <param name="Index">The content of the list.</param>
/// <param name="Instances">Location of the image of each entry: digest to <c>containers-storage:[driver@root+runroot]name</c>. The empty
/// key is the list itself.</param>
public sealed record ManifestList(ImageIndex Index, IReadOnlyDictionary<string, string> Instances)
{
    internal const string ManifestKey = "manifest";
    internal const string InstancesKey = "instances.json";

    /// <summary>Directory of artifacts that were made for a list, beside its data files.</summary>
    public const string ArtifactsDirectory = "artifacts";

    /// <summary>A list without entries.</summary>
    public static ManifestList Empty { get; } =
        new(new ImageIndex { MediaType = MediaType.DockerManifestList }, new Dictionary<string, string>());

    /// <summary>The list with an entry appended; replaces an entry with the same digest.</summary>
    /// <param name="entry">The descriptor of the image.</param>
    /// <param name="place">Location of the image.</param>
    public ManifestList With(Descriptor entry, string place) => Of(
        [.. Index.Manifests.Where(other => other.Digest != entry.Digest), entry],
        new Dictionary<string, string>(Instances) { [entry.Digest.ToString()] = place });

    /// <summary>The list without the entry.</summary>
    /// <exception cref="BuildSharpException">The list has no entry with the digest.</exception>
    public ManifestList Without(Digest digest)
    {
        Require(digest);
        return Of([.. Index.Manifests.Where(entry => entry.Digest != digest)], Instances.Where(instance => instance.Key != digest.ToString()).ToDictionary());
    }

    /// <summary>The list with a changed entry.</summary>
    /// <exception cref="BuildSharpException">The list has no entry with the digest.</exception>
    public ManifestList Changed(Digest digest, Func<Descriptor, Descriptor> change)
    {
        Require(digest);
        return Of([.. Index.Manifests.Select(entry => entry.Digest == digest ? change(entry) : entry)], Instances);
    }

    /// <summary>The list as one that refers to another manifest.</summary>
    public ManifestList About(Descriptor subject) =>
        this with { Index = Index with { Subject = subject, MediaType = MediaType.OciIndex } };

    // An empty list is written in Docker's format, as in the other tools.
    private ManifestList Of(IReadOnlyList<Descriptor> manifests, IReadOnlyDictionary<string, string> instances) => this with
    {
        Index = Index with
        {
            MediaType = manifests.Count + Index.Annotations.Count > 0 || Index.Subject is not null ? MediaType.OciIndex : MediaType.DockerManifestList,
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
    /// <exception cref="BuildSharpException">One of the files is damaged.</exception>
    internal static ManifestList Parse(ReadOnlySpan<byte> manifest, byte[]? instances) =>
        new(ImageIndex.Parse(manifest), instances is null ? new Dictionary<string, string>() : ParseInstances(instances));

    /// <summary>The two files of the list.</summary>
    /// <param name="id">Id of the list's own image.</param>
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
