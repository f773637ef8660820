using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Registry;
using BuildSharp.Storage;
using BuildSharp.Storage.Records;

namespace BuildSharp.Transports.Docker;

/// <summary>Remembers which compressed form of a layer was in which repository. The store keeps layers uncompressed; with this knowledge a
/// layer that a registry has is neither compressed nor sent again.</summary>
/// <remarks>Only layers are remembered that this program compressed, or unpacked and verified. A file in the store's directory, one line
/// each; it can be deleted at any time.</remarks>
internal sealed class KnownBlobs
{
    private const int MostBytes = 4 << 20;
    private const int Readable = Octal.O644;

    private readonly string? _path;
    private readonly IProgress<string>? _debug;
    private readonly Lock _lock = new();
    private List<KnownBlob>? _blobs;

    /// <summary>Reads nothing yet.</summary>
    /// <param name="path">The file; null remembers for this process only.</param>
    /// <param name="debug">Receives why the file could not be written; null to report nothing.</param>
    public KnownBlobs(string? path, IProgress<string>? debug)
    {
        _path = path;
        _debug = debug;
    }

    /// <summary>What is known in the directory of a store; null for a command without store.</summary>
    public static KnownBlobs Of(Store? store, IProgress<string>? debug) =>
        new(store is null ? null : Path.Combine(store.Options.GraphRoot, "cache", "buildsharp-blobs"), debug);

    /// <summary>The known forms of a layer, the newest first.</summary>
    public IReadOnlyList<KnownBlob> Find(DiffId diffId)
    {
        lock (_lock)
        {
            return [.. Blobs().Where(blob => blob.DiffId == diffId).Reverse()];
        }
    }

    /// <summary>The repositories of a server that had a blob, the newest first.</summary>
    public IReadOnlyList<string> RepositoriesOf(Digest digest, string host)
    {
        lock (_lock)
        {
            return [.. Blobs().Where(blob => blob.Digest == digest && blob.Host == host).Select(blob => blob.Repository).Reverse().Distinct()];
        }
    }

    /// <summary>Remembers compressed layers.</summary>
    public void Remember(params IEnumerable<KnownBlob> blobs)
    {
        lock (_lock)
        {
            var known = Blobs();
            var added = blobs.Where(blob => !known.Contains(blob)).ToList();
            known.AddRange(added);
            if (_path is null || added.Count == 0)
            {
                return;
            }

            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
                Write(_path, Encoding.UTF8.GetBytes(string.Concat(added.Select(blob => blob + "\n"))), known);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                _debug?.Report($"{_path}: {error.Message}");
            }
        }
    }

    /// <summary>Remembers the layers of an image that was pulled into the store, which verified them.</summary>
    public void Remember(StoredImage image, Store store, RegistryEndpoint endpoint)
    {
        var bytes = store.Images.ReadData(image.Id, "manifest");
        var manifest = ImageManifest.Parse(bytes, ManifestBlob.GuessMediaType(bytes));
        var config = ImageConfig.Parse(store.Images.ReadData(image.Id, manifest.Config.Digest.ToString()));
        Remember(manifest.Layers.Zip(config.DiffIds, (layer, diffId) =>
            new KnownBlob(diffId, layer.Digest, layer.Size, layer.MediaType, endpoint.Host, endpoint.Repository)));
    }

    // Lines are appended by one write, so that other processes neither mix with them nor lose theirs. The older half of a long file is
    // dropped.
    private static void Write(string path, byte[] lines, List<KnownBlob> known)
    {
        if (new FileInfo(path) is { Exists: true, Length: > MostBytes })
        {
            var newer = known.Skip(known.Count / 2).Select(blob => blob + "\n");
            ReplacedFile.Write(path, Encoding.UTF8.GetBytes(string.Concat(newer)), Readable);
            return;
        }

        using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, 0);
        file.Write(lines);
    }

    private List<KnownBlob> Blobs()
    {
        if (_blobs is not null)
        {
            return _blobs;
        }

        // A line that was cut off by a crash is skipped.
        _blobs = _path is not null && File.Exists(_path) ? [.. File.ReadLines(_path).Select(KnownBlob.TryParse).OfType<KnownBlob>()] : [];
        return _blobs;
    }
}
