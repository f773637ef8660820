using System.Text;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Records;

namespace BuildSharp.Build;

/// <summary>Remembers for every image of a store on which state its last step was executed: a hash of the format and of the history without
/// its last entry. So a look-up reads the configs of those images only that can be its answer, however many others have the same
/// base.</summary>
/// <remarks>A file in the store's directory, a line for each image; it can be deleted at any time. A wrong or missing line costs time only:
/// images whose hash is equal are compared in full, and an image's ID is a digest of what was hashed. All members may be called by several
/// tasks.</remarks>
/// <param name="store">The store.</param>
/// <param name="debug">Receives why the file could not be written; null to report nothing.</param>
internal sealed class StepFacts(Store store, IProgress<string>? debug)
{
    private const int MostBytes = 8 << 20;
    private const int IdLength = 64;
    private const int HashLength = 32;

    private readonly string _path = Path.Combine(store.Options.GraphRoot, "cache", "buildsharp-steps");
    private readonly Lock _lock = new();
    private readonly StringBuilder _new = new();
    private Dictionary<string, string>? _known;

    /// <summary>The hash for an image that has these entries before its last one.</summary>
    /// <param name="mediaType">Media type of its manifest.</param>
    /// <param name="before">The entries.</param>
    public static string HashOf(string mediaType, IEnumerable<History> before)
    {
        var text = new StringBuilder(mediaType);
        foreach (var entry in before)
        {
            text.Append('\0').Append(entry.Created).Append('\0').Append(entry.CreatedBy).Append('\0').Append(entry.Author)
                .Append('\0').Append(entry.Comment).Append('\0').Append(entry.EmptyLayer);
        }

        return Digest.Sha256(Encoding.UTF8.GetBytes(text.ToString())).Hex[..HashLength];
    }

    /// <summary>The images with that hash.</summary>
    /// <param name="images">The images to choose from.</param>
    /// <param name="hash">Result of <see cref="HashOf"/>.</param>
    public IReadOnlyList<StoredImage> Select(IEnumerable<StoredImage> images, string hash)
    {
        lock (_lock)
        {
            _known ??= Load();
            List<StoredImage> found = [.. images.Where(image => (_known.GetValueOrDefault(image.Id) ?? Read(image)) == hash)];
            Save();
            return found;
        }
    }

    private Dictionary<string, string> Load()
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        // A line that was cut off by a crash is skipped.
        foreach (var line in File.Exists(_path) ? File.ReadLines(_path) : [])
        {
            if (line.Length == IdLength + 1 + HashLength && line[IdLength] == ' ')
            {
                known[line[..IdLength]] = line[(IdLength + 1)..];
            }
        }

        return known;
    }

    private string? Read(StoredImage image)
    {
        try
        {
            var bytes = store.Images.ReadData(image.Id, "manifest");
            var type = ManifestBlob.GuessMediaType(bytes);
            var config = ImageConfig.Parse(store.Images.ReadData(image.Id, ImageManifest.Parse(bytes).Config.Digest.ToString()));
            var hash = HashOf(type, config.History.SkipLast(1));
            _known![image.Id] = hash;
            _new.Append(image.Id).Append(' ').Append(hash).Append('\n');
            return hash;
        }
        catch (BuildSharpException)
        {
            // A manifest list, a damaged image, or one that was removed meanwhile: the build can do without it.
            return null;
        }
    }

    // Lines are appended by one write, so that other processes neither mix with them nor lose theirs.
    private void Save()
    {
        if (_new.Length == 0)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            var mode = new FileInfo(_path) is { Exists: true, Length: > MostBytes } ? FileMode.Create : FileMode.Append;
            using var file = new FileStream(_path, mode, FileAccess.Write, FileShare.ReadWrite, 0);
            file.Write(Encoding.ASCII.GetBytes(_new.ToString()));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            debug?.Report($"{_path}: {error.Message}");
        }

        _new.Clear();
    }
}
