using BuildSharp.Oci;

namespace BuildSharp.Transports.OciLayout;

/// <summary>Removes an image from an OCI layout: its entry of the index, then the blobs that no other entry leads to.</summary>
/// <param name="path">The layout.</param>
internal sealed class OciLayoutDeletion(string path)
{
    private readonly LayoutDirectory _files = new(path);

    /// <summary>Removes the image under the lock of the layout.</summary>
    /// <exception cref="BuildSharpException">There is no such image, or the layout is damaged: then nothing is removed.</exception>
    public async Task RunAsync(ImageChoice choice, IProgress<string>? debug, CancellationToken cancellationToken)
    {
        using var held = await LayoutLock.TakeAsync(Path.Combine(path, OciLayoutFiles.MarkerPath), debug, cancellationToken).ConfigureAwait(false);
        Descriptor entry;
        using (var files = new LayoutDirectory(path))
        {
            entry = new OciLayoutSource(files, choice, isArchive: false).Entry;
        }

        var index = ImageIndex.Parse(_files.ReadSmall(OciLayoutFiles.IndexPath), MediaType.OciIndex);
        var place = index.Manifests.ToList().FindIndex(other => other.Digest == entry.Digest
            && other.Annotations.GetValueOrDefault(OciImageName.Annotation) == entry.Annotations.GetValueOrDefault(OciImageName.Annotation));
        if (place < 0)
        {
            throw new ImageNotFoundException($"{path}: {entry.Digest} is not in its index, but part of an image there");
        }

        var rest = index.Manifests.Where((_, at) => at != place).ToList();
        var unused = new HashSet<Digest>();
        Collect(entry, unused);
        var used = new HashSet<Digest>();
        rest.ForEach(other => Collect(other, used));
        unused.ExceptWith(used);

        BlobFile.Replace(Path.Combine(path, OciLayoutFiles.IndexPath), (index with { Manifests = rest }).ToJson());
        foreach (var digest in unused)
        {
            File.Delete(Path.Combine(path, OciLayoutFiles.BlobPath(digest)));
        }
    }

    // A manifest that is missing leads to nothing; the entries of a list copied without its images are so.
    private void Collect(Descriptor entry, HashSet<Digest> blobs)
    {
        if (!blobs.Add(entry.Digest) || !(MediaType.IsManifest(entry.MediaType) || MediaType.IsIndex(entry.MediaType)))
        {
            return;
        }

        var file = OciLayoutFiles.BlobPath(entry.Digest);
        using (var blob = _files.Open(file))
        {
            if (blob is null)
            {
                return;
            }
        }

        var bytes = _files.ReadSmall(file);
        if (MediaType.IsIndex(entry.MediaType))
        {
            foreach (var inner in ImageIndex.Parse(bytes, entry.MediaType).Manifests)
            {
                Collect(inner, blobs);
            }

            return;
        }

        var manifest = ImageManifest.Parse(bytes, entry.MediaType);
        blobs.UnionWith(manifest.Layers.Append(manifest.Config).Select(part => part.Digest));
    }
}
