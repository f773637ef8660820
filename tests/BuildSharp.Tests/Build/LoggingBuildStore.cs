using System.Globalization;
using System.Text;
using BuildSharp.Build;
using BuildSharp.Containers;
using BuildSharp.Containers.Adding.Digests;
using BuildSharp.Containers.Committing;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Storage.Records;

namespace BuildSharp.Tests.Build;

/// <summary>A call of a stage executor.</summary>
/// <param name="Step">Text of the instruction that it belongs to.</param>
/// <param name="Kind">The operation.</param>
/// <param name="Text">Its arguments.</param>
internal sealed record LoggedCall(string Step, string Kind, string Text);

/// <summary>Stands in for a store: knows every image by any name, creates containers without files, and logs each operation.</summary>
internal sealed class LoggingBuildStore : IBuildStore, IBaseImages, IProgress<BuildEvent>
{
    private readonly Dictionary<string, (StoredImage Image, ImageConfig Config)> _images = [];
    private readonly List<LoggedCall> _calls = [];
    private string _step = "";
    private int _containers;

    public IReadOnlyList<LoggedCall> Calls => _calls;

    /// <summary>A line for each step, and an indented one for each call.</summary>
    public string Transcript => string.Concat(_calls.Select(call => Shown(call.Kind == "step" ? call.Step : $"    {call.Kind} {call.Text}".TrimEnd()) + "\n"));

    public void Log(string kind, string text) => _calls.Add(new LoggedCall(_step, kind, text));

    public IStageContainer Create(FromOptions options)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"container-{++_containers}");
        Log("create", $"{name} from {options.BaseName ?? options.Base?.Id ?? "scratch"}");
        var image = options.Base is { } found ? _images[found.Id].Config : Empty;
        return new LoggingContainer(this, name, options.BaseName, image);
    }

    public CommitOutcome Add(CommitRequest request, ImageConfig config)
    {
        var image = Add(request.Name, request.Change?.Invoke(config) ?? config);
        return new CommitOutcome(image, ManifestDigest(image.Id), []);
    }

    public StoredImage? FindImage(string id) => _images.TryGetValue(id, out var found) ? found.Image : null;

    public Digest ManifestDigest(string imageId) => Digest.FromSha256Hex(imageId);

    public string ManifestType(string imageId) => MediaType.OciManifest;

    public Digest MountedDigest(string root, string source, FileRecorder? files, FileDigests? known, CancellationToken cancellationToken)
    {
        Log("hash", $"{root}:{source}");
        return Digest.Sha256([]);
    }

    public void RemoveUnnamed(string imageId) => Log("remove", $"image {imageId}");

    public ValueTask<BaseImage> FindAsync(string name, Platform? platform, CancellationToken cancellationToken)
    {
        Log("find", platform is null ? name : $"{name} for {platform}");
        return ValueTask.FromResult(new BaseImage(Add(name, Empty), name));
    }

    public void Report(BuildEvent value)
    {
        if (value is StepStarted step)
        {
            _step = step.Text;
            Log("step", "");
        }

        if (value is BuildWarning warning)
        {
            Log("warn", warning.Message);
        }
    }

    private static ImageConfig Empty => new() { Os = "linux", Architecture = "amd64", Config = new ContainerConfig { WorkingDir = "/" } };

    // Bytes that are not UTF-8 cannot be written to an approved file.
    private static string Shown(string line) => Encoding.UTF8.GetString(LosslessUtf8.Encode(line.Length > 400 ? $"{line[..100]}…{line[^300..]}" : line));

    private StoredImage Add(string? name, ImageConfig config)
    {
        var image = new StoredImage { Id = (_images.Count + 1).ToString("x64", CultureInfo.InvariantCulture), Names = name is null ? [] : [name] };
        _images.Add(image.Id, (image, config));
        return image;
    }
}
