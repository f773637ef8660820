using System.Collections.Concurrent;
using System.Text.Json;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Build.Explaining;

/// <summary>Remembers what the steps of the last build of a Dockerfile read, to say why the next one does not find a step. Decides nothing:
/// a file that is lost, old or damaged makes an explanation poorer, and no step is found or missed because of it.</summary>
/// <remarks>A file for each <see cref="BuildRequest.Identity"/> and platform in the store's cache directory, readable by its owner only;
/// it holds values of arguments, which are in the history of images anyway, and no content of a file or a secret.</remarks>
internal sealed class BuildMemory
{
    private const int MostBuilds = 100;

    private readonly string _path;
    private readonly IProgress<string>? _debug;
    private readonly byte[] _content = [];
    private readonly ConcurrentDictionary<string, StageInputs> _stages = new();

    /// <param name="directory">Directory of the files.</param>
    /// <param name="build">Identifies the build.</param>
    /// <param name="debug">Receives why a file could not be read or written; null to report nothing.</param>
    public BuildMemory(string directory, string build, IProgress<string>? debug)
    {
        _path = Path.Combine(directory, Digest.Sha256(System.Text.Encoding.UTF8.GetBytes(build)).Hex);
        _debug = debug;
        Before = Read(ref _content);
    }

    /// <summary>What the build before remembered; without stages when there was none.</summary>
    public BuildInputs Before { get; }

    /// <summary>Remembers a stage of this build. Called by the task of the stage.</summary>
    public void Note(string stage, StageInputs inputs) => _stages[stage] = inputs;

    /// <summary>Writes what this build remembers. Stages that it did not come to are kept as they were.</summary>
    public void Save()
    {
        var stages = new Dictionary<string, StageInputs>(Before.Stages);
        foreach (var (name, inputs) in _stages)
        {
            stages[name] = inputs;
        }

        try
        {
            var directory = Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            var content = JsonSerializer.SerializeToUtf8Bytes(new BuildInputs(stages), BuildInputsContext.Default.BuildInputs);
            if (content.AsSpan().SequenceEqual(_content))
            {
                // As it was: only the time says that it was used.
                File.SetLastWriteTimeUtc(_path, DateTime.UtcNow);
                return;
            }

            ReplacedFile.Write(_path, content, Octal.O600);
            foreach (var old in directory.EnumerateFiles().OrderByDescending(file => file.LastWriteTimeUtc).Skip(MostBuilds))
            {
                old.Delete();
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _debug?.Report($"{_path}: {error.Message}");
        }
    }

    private BuildInputs Read(ref byte[] content)
    {
        try
        {
            if (File.Exists(_path) && JsonSerializer.Deserialize(content = File.ReadAllBytes(_path), BuildInputsContext.Default.BuildInputs) is { Stages: not null } inputs)
            {
                return inputs;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            _debug?.Report($"{_path}: {error.Message}");
        }

        return new BuildInputs(new Dictionary<string, StageInputs>());
    }
}
