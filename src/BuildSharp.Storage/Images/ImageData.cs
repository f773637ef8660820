using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Storage;

/// <summary>The data files of images: config, manifest and the like. Their names, sizes and hashes are in the records.</summary>
internal sealed class ImageData(StorePlace place)
{
    /// <summary>The content of a file, in the own store or an additional one; null when it is not there.</summary>
    internal byte[]? TryRead(string imageId, string key)
    {
        foreach (var root in place.Options.AdditionalImageStores.Prepend(place.Options.GraphRoot))
        {
            var path = PathOf(root, imageId, key);
            try
            {
                if (FileDescriptor.TryReadAll(path) is { } content)
                {
                    return content;
                }
            }
            catch (LinuxException e)
            {
                throw StoreErrors.Describe(e, "read", path);
            }
        }

        return null;
    }

    /// <summary>The content of a file that is as its record says; null when it is not there or is not so.</summary>
    internal byte[]? TryReadSound(StoredImage image, string key) =>
        TryRead(image.Id, key) is { } data && Damage(image, key, data) is null ? data : null;

    /// <summary>As <see cref="TryReadSound"/>, saying what is wrong.</summary>
    internal byte[] ReadSound(StoredImage image, string key)
    {
        var data = TryRead(image.Id, key) ?? throw Missing(image, key);
        if (Damage(image, key, data) is { } damage)
        {
            throw new BuildSharpException(
                $"{PathOf(image.StoreRoot, image.Id, key)} is damaged ({damage}); remove the image and build or pull it again");
        }

        return data;
    }

    /// <summary>That an image lacks a file that it should have.</summary>
    internal static BuildSharpException Missing(StoredImage image, string key) =>
        new($"image {image.Id}: the store has no data \"{key}\" for it");

    /// <summary>Writes files of an image of the own store: all are on the disk before the first is published, in their order.</summary>
    /// <param name="imageId">The image.</param>
    /// <param name="data">The files.</param>
    /// <param name="isNew">Whether the image has no others, so that nothing is left of it where this fails.</param>
    internal void Write(string imageId, IReadOnlyList<BigData> data, bool isNew)
    {
        var directory = DirectoryOf(imageId);
        var files = new List<PendingFile>();
        try
        {
            StoreDirectories.Make(directory, Octal.O700);
            if (FileStatus.TryOf(directory, out var status) && status.IsSymbolicLink)
            {
                throw new BuildSharpException($"{directory} is a link, in the place of a directory; nothing is written where it leads: remove the image");
            }

            foreach (var item in data)
            {
                files.Add(new PendingFile(Path.Combine(directory, BigDataName.FileName(item.Key)), item.Content.Span, Octal.O600, Persistence.Durable));
            }

            files.ForEach(file => file.Publish());
        }
        catch (Exception e) when (e is LinuxException or BuildSharpException)
        {
            if (isNew)
            {
                StoreDirectories.RemoveTree(directory);
            }

            throw e is LinuxException refused ? StoreErrors.Describe(refused, "write", directory) : e;
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }
    }

    /// <summary>Removes all files of an image of the own store.</summary>
    internal void Remove(string imageId) => StoreDirectories.RemoveTree(DirectoryOf(imageId));

    /// <summary>The record of an image with the names, sizes and hashes of files that it gets.</summary>
    internal static StoredImage Describe(StoredImage record, IReadOnlyList<BigData> data)
    {
        var names = record.BigDataNames.ToList();
        var sizes = new Dictionary<string, long>(record.BigDataSizes, StringComparer.Ordinal);
        var digests = new Dictionary<string, string>(record.BigDataDigests, StringComparer.Ordinal);
        foreach (var item in data)
        {
            if (!names.Contains(item.Key))
            {
                names.Add(item.Key);
            }

            sizes[item.Key] = item.Content.Length;
            digests[item.Key] = item.DigestOrHash.ToString();
        }

        return record with { BigDataNames = names, BigDataSizes = sizes, BigDataDigests = digests };
    }

    /// <summary>How the data differs from what the record says of it; null when it does not.</summary>
    private static string? Damage(StoredImage image, string key, byte[] data)
    {
        if (image.BigDataSizes.TryGetValue(key, out var size) && size != data.Length)
        {
            return $"{data.Length} bytes, its record says {size}";
        }

        // A signed manifest of schema 1 is known by the digest of what was signed, which is not all of its bytes.
        return image.BigDataDigests.TryGetValue(key, out var text) && Digest.TryParse(text, out var digest) && digest.Algorithm == "sha256"
            && digest != Digest.Sha256(data) && data.AsSpan().IndexOf("\"signatures\""u8) < 0
            ? $"{Digest.Sha256(data)}, its record says {digest}"
            : null;
    }

    private string DirectoryOf(string imageId) => Path.Combine(place.Directories.Images, imageId);

    private string PathOf(string root, string imageId, string key) =>
        Path.Combine(root, $"{place.Driver.Name}-images", imageId, BigDataName.FileName(key));
}
