using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Images;
using BuildSharp.Transports;

namespace BuildSharp.Cli.Commands.Transfers;

/// <summary><c>manifest add --artifact</c>: makes an artifact of files, and describes it for a list (image-spec, manifest.md, "Guidelines
/// for Artifact Usage").</summary>
/// <remarks>Its blobs are in a layout in the directory of the list's record, so that they are removed with the list.</remarks>
internal sealed class ManifestArtifact(Store store, Invocation call)
{
    private const string UnknownType = "application/vnd.unknown.artifact.v1";
    private const string Octets = "application/octet-stream";
    private const string Title = "org.opencontainers.image.title";

    private static readonly byte[] Empty = "{}"u8.ToArray();

    /// <summary>Refuses flags of artifacts without <c>--artifact</c>.</summary>
    /// <exception cref="BuildSharpException">There are some.</exception>
    public static void CheckFlags(Invocation call)
    {
        var given = call.Flags.Given.Where(flag => flag.Name.StartsWith("artifact-", StringComparison.Ordinal)).Select(flag => "--" + flag.Name).ToList();
        if (given.Count > 0 && !call.Flags.Bool("artifact"))
        {
            throw new BuildSharpException($"{string.Join('/', given)} {(given.Count > 1 ? "require" : "requires")} --artifact");
        }
    }

    /// <summary>Makes the artifact.</summary>
    /// <param name="listId">ID of the list.</param>
    /// <param name="files">The files, each of which becomes a layer.</param>
    /// <param name="subject">What the artifact refers to; null for nothing.</param>
    /// <param name="cancellation">Stops the copy of the files.</param>
    /// <returns>Descriptor for the list, and where the artifact is.</returns>
    /// <exception cref="BuildSharpException">A file cannot be read.</exception>
    public async Task<(Descriptor Entry, string Place)> MakeAsync(
        string listId, IReadOnlyList<string> files, Descriptor? subject, CancellationToken cancellation)
    {
        var flags = call.Flags;
        var directory = Path.Combine(store.Images.DirectoryOf(listId), ManifestList.ArtifactsDirectory);
        var destination = await TransportTable.Parse("oci:" + directory)
            .OpenDestinationAsync(ImageTransfer.Context(store, call), cancellation).ConfigureAwait(false);
        await using (destination.ConfigureAwait(false))
        {
            var layers = new List<Descriptor>();
            foreach (var file in files)
            {
                var layer = await PutAsync(destination, file, flags.NonEmptyText("artifact-layer-type") ?? Octets, cancellation).ConfigureAwait(false);
                layers.Add(flags.Bool("artifact-exclude-titles")
                    ? layer
                    : layer with { Annotations = new Dictionary<string, string> { [Title] = Path.GetFileName(file) } });
            }

            var config = flags.NonEmptyText("artifact-config") is { } given
                ? await PutAsync(destination, given, flags.NonEmptyText("artifact-config-type") ?? MediaType.OciConfig, cancellation).ConfigureAwait(false)
                : await PutAsync(destination, new MemoryStream(Empty), flags.NonEmptyText("artifact-config-type") ?? MediaType.OciEmpty, cancellation).ConfigureAwait(false);
            var manifest = new ImageManifest
            {
                ArtifactType = flags.NonEmptyText("artifact-type") ?? UnknownType,
                Config = config,
                Layers = layers,
                Subject = subject,
                Annotations = KeyValues.Annotations(flags.All("artifact-annotation"), new Dictionary<string, string>()),
            };
            var blob = manifest.ToBlob();
            await destination.PutManifestAsync(blob, cancellation).ConfigureAwait(false);
            await destination.CommitAsync(cancellation).ConfigureAwait(false);
            return (blob.Descriptor with { ArtifactType = manifest.ArtifactType }, $"oci:{directory}:@{blob.Digest}");
        }
    }

    private async Task<Descriptor> PutAsync(IImageDestination destination, string file, string type, CancellationToken cancellation)
    {
        try
        {
            using var content = new FileStream(Path.GetFullPath(file, call.Surroundings.WorkingDirectory), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            return await PutAsync(destination, content, type, cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BuildSharpException($"adding {file} to the artifact: {FileErrorText.Of(error)}", error);
        }
    }

    private static async Task<Descriptor> PutAsync(IImageDestination destination, Stream content, string type, CancellationToken cancellation) =>
        await destination.PutBlobAsync(content, new BlobInfo { MediaType = type }, cancellation).ConfigureAwait(false);
}
