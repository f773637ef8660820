using BuildSharp.Oci;
using BuildSharp.Oci.Layers;

namespace BuildSharp.Transports.OciLayout;

/// <summary>Reads an image from an OCI layout.</summary>
internal sealed class OciLayoutSource : IImageSource
{
    private readonly ILayoutFiles _files;
    private readonly Descriptor _entry;

    /// <summary>Finds the image in the layout's index.</summary>
    /// <param name="files">The layout; disposed with the source.</param>
    /// <param name="choice">The image to read.</param>
    /// <param name="isArchive">Whether the layout is in an archive. Then the suggested name is the one in the layout, under
    /// <c>localhost/</c>; for a
    /// directory it is the requested name, under Docker Hub. buildah names pulled images so.</param>
    /// <exception cref="BuildSharpException">The image does not exist, or there are several and none is chosen.</exception>
    public OciLayoutSource(ILayoutFiles files, ImageChoice choice, bool isArchive)
    {
        _files = files;
        var index = ImageIndex.Parse(files.ReadSmall(OciLayoutFiles.IndexPath), MediaType.OciIndex);
        _entry = Find(index, choice);
        SuggestedNames = isArchive ? OciImageName.ForStore(NameOf(_entry), "localhost") : OciImageName.ForStore(choice.Name, "docker.io");
    }

    /// <summary>The image's entry in the index.</summary>
    public Descriptor Entry => _entry;

    /// <inheritdoc/>
    public IReadOnlyList<string> SuggestedNames { get; }

    /// <inheritdoc/>
    public ValueTask<ManifestBlob> GetManifestAsync(Digest? instance, CancellationToken cancellationToken)
    {
        var digest = instance ?? _entry.Digest;
        var path = OciLayoutFiles.BlobPath(digest);
        var bytes = _files.ReadSmall(path);
        using (var check = new VerifyingStream(new MemoryStream(bytes), digest, instance is null ? _entry.Size : null, $"{_files.Name}/{path}"))
        {
            check.CopyTo(Stream.Null);
        }

        var known = instance is null && (MediaType.IsManifest(_entry.MediaType) || MediaType.IsIndex(_entry.MediaType));
        return ValueTask.FromResult(known ? new ManifestBlob(_entry.MediaType, bytes) : ManifestBlob.Of(bytes));
    }

    /// <inheritdoc/>
    public ValueTask<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        var path = OciLayoutFiles.BlobPath(blob.Digest);
        var stream = _files.Open(path) ?? throw new BuildSharpException($"{_files.Name}: blob {path} is missing");
        return ValueTask.FromResult<Stream>(new VerifyingStream(stream, blob.Digest, blob.Size, $"{_files.Name}/{path}"));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _files.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string? NameOf(Descriptor entry) => entry.Annotations.GetValueOrDefault(OciImageName.Annotation);

    private Descriptor Find(ImageIndex index, ImageChoice choice)
    {
        if (choice.Name is { } name)
        {
            return index.Manifests.FirstOrDefault(entry =>
                    NameOf(entry) == name && (MediaType.IsManifest(entry.MediaType) || MediaType.IsIndex(entry.MediaType)))
                ?? throw new ImageNotFoundException($"{_files.Name} has no image named \"{name}\"; it has {Offer(index)}");
        }

        if (choice.Index is { } place)
        {
            return place < index.Manifests.Count
                ? index.Manifests[place]
                : throw new BuildSharpException($"{_files.Name} has no image @{place}; it has {index.Manifests.Count}, counted from 0");
        }

        if (choice.Digest is { } digest)
        {
            return index.Manifests.FirstOrDefault(entry => entry.Digest == digest) ?? Unlisted(digest);
        }

        return index.Manifests.Count switch
        {
            1 => index.Manifests[0],
            0 => throw new BuildSharpException($"{_files.Name} has no image"),
            _ => throw new BuildSharpException($"{_files.Name} has more than one image, choose one: {Offer(index)}"),
        };
    }

    /// <summary>Descriptor of a manifest that the index does not list: an image of a listed manifest list, or one whose name moved to a
    /// newer image.</summary>
    private Descriptor Unlisted(Digest digest)
    {
        var path = OciLayoutFiles.BlobPath(digest);
        using (var blob = _files.Open(path))
        {
            if (blob is null)
            {
                throw new BuildSharpException($"{_files.Name} has no image {digest}: there is no {path}");
            }
        }

        var bytes = _files.ReadSmall(path);
        return new Descriptor { MediaType = ManifestBlob.GuessMediaType(bytes), Digest = digest, Size = bytes.Length };
    }

    private static string Offer(ImageIndex index) =>
        index.Manifests.Count == 0
            ? "none"
            : string.Join(", ", index.Manifests.Select((entry, place) => NameOf(entry) is { } name ? $"\"{name}\"" : $"@{place}").Take(20));
}
