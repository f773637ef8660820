using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Images;

/// <summary>Data files of images, such as config and manifest. Their names, sizes and hashes are in the image records.</summary>
internal sealed class ImageData(StorePlace place)
{
    /// <summary>Content of a file in this store or an additional one; null when it does not exist.</summary>
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

    /// <summary>Content of a file that matches its record; null when the file does not exist or does not match.</summary>
    internal byte[]? TryReadSound(StoredImage image, string key) =>
        TryRead(image.Id, key) is { } data && Damage(image, key, data) is null ? data : null;

    /// <summary>As <see cref="TryReadSound"/>, but throws with a description of the fault.</summary>
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

    /// <summary>Error for an image without a required file.</summary>
    internal static BuildSharpException Missing(StoredImage image, string key) =>
        new($"image {image.Id}: the store has no data \"{key}\" for it");

    /// <summary>Writes files of an image of this store. All are on disk before the first is published; they are published in the given
    /// order.</summary>
    /// <param name="imageId">The image.</param>
    /// <param name="data">The files to write.</param>
    /// <param name="isNew">Whether the image has no other files, so that a failure removes its directory.</param>
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

    /// <summary>Removes all files of an image of this store.</summary>
    internal void Remove(string imageId) => StoreDirectories.RemoveTree(DirectoryOf(imageId));

    /// <summary>The image's record with the names, sizes and hashes of the new files.</summary>
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

    /// <summary>How the data differs from its record; null when it does not.</summary>
    private static string? Damage(StoredImage image, string key, byte[] data)
    {
        if (image.BigDataSizes.TryGetValue(key, out var size) && size != data.Length)
        {
            return $"{data.Length} bytes, its record says {size}";
        }

        // The recorded digest of a signed schema 1 manifest covers only the signed part.
        return image.BigDataDigests.TryGetValue(key, out var text) && Digest.TryParse(text, out var digest)
            && Digest.Compute(digest.Algorithm, data) is var actual && actual != digest && data.AsSpan().IndexOf("\"signatures\""u8) < 0
            ? $"{actual}, its record says {digest}"
            : null;
    }

    /// <summary>Directory of an image's data files, which is removed with the image.</summary>
    public string DirectoryOf(string imageId) => Path.Combine(place.Directories.Images, imageId);

    private string PathOf(string root, string imageId, string key) =>
        Path.Combine(root, $"{place.Driver.Name}-images", imageId, BigDataName.FileName(key));
}
