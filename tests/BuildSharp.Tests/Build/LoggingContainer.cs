using System.Text.Json;
using BuildSharp.Build;
using BuildSharp.Containers.Adding;
using BuildSharp.Containers.Adding.Sources;
using BuildSharp.Containers.Committing;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Running;

namespace BuildSharp.Tests.Build;

/// <summary>A container without files, whose operations succeed and are logged.</summary>
internal sealed class LoggingContainer(LoggingBuildStore store, string name, string? fromImage, ImageConfig image) : IStageContainer
{
    private ImageConfig _image = image;
    private KeyValuePair<string, string>[] _annotations = [];

    public string Name => name;

    public string? FromImage => fromImage;

    public ImageConfig Image
    {
        get => _image;
        set
        {
            var before = Properties(_image);
            foreach (var (key, text) in Properties(value).Where(after => before.GetValueOrDefault(after.Key) != after.Value))
            {
                store.Log("configure", $"{key} {text}");
            }

            _image = value;
        }
    }

    public IEnumerable<KeyValuePair<string, string>> Annotations
    {
        get => _annotations;
        set => _annotations = [.. value];
    }

    public AddResult Add(AddRequest request, CancellationToken cancellationToken)
    {
        string[] flags =
        [
            request.Chown is { } owner ? $"chown={owner}" : "", request.Chmod is { } mode ? $"chmod={mode}" : "", request.Extract ? "extract" : "",
            request.Parents ? "parents" : "", request.Independent ? "link" : "", request.Excluded is null ? "" : "exclude",
        ];
        store.Log("add", $"{string.Join(' ', request.Sources.Select(Text))} to {request.Destination} {string.Join(' ', flags.Where(flag => flag.Length > 0))}");
        return new AddResult(ContentKind.File, Digest.Sha256([]));
    }

    public AddResult? TryHash(AddRequest request, CancellationToken cancellationToken) => null;

    public Task<int> RunAsync(RunRequest request, bool discardsVolumes, CancellationToken cancellationToken)
    {
        var words = string.Join(' ', request.Args.Select(word => GoQuoting.Quote(word))) + string.Concat(request.Env.Select(variable => $" env={variable}"))
            + string.Concat(request.Mounts.Select(Text));
        store.Log("run", $"{words} network={request.Network.Text}{(discardsVolumes ? " discarding volumes" : "")}");
        return Task.FromResult(0);
    }

    public string ResolvePath(string path)
    {
        store.Log("resolve", path);
        return path;
    }

    public void MakeDirectory(string path, string user) => store.Log("mkdir", user.Length > 0 ? $"{path} for {user}" : path);

    public CommitOutcome Commit(CommitRequest request, IReadOnlyList<History> before, CancellationToken cancellationToken)
    {
        foreach (var createdBy in before.Select(entry => entry.CreatedBy).Append(request.CreatedBy))
        {
            store.Log("history", GoQuoting.Quote(createdBy ?? ""));
        }

        store.Log("commit", $"{name} {(request.EmptyLayer ? "without a layer" : "with a layer")}{(request.RemoveContainer ? ", removing it" : "")}");
        return store.Add(request, _image);
    }

    public string Mount()
    {
        store.Log("mount", name);
        return $"/root-of/{name}";
    }

    public void Unmount() => store.Log("unmount", name);

    public void KeepFailed(string? build) => store.Log("save", name);

    public void Remove() => store.Log("remove", name);

    private static string Text(RunMount mount) => mount switch
    {
        BindMount bind => $" bind={bind.Root}:{(bind.Root is null ? "" : bind.Source)}→{mount.Destination}{(bind.DiscardsWrites ? " discarding writes" : "")}",
        CacheMount cache => $" cache={cache.Id}{cache.Root}→{mount.Destination}",
        _ => $" {mount.GetType().Name}→{mount.Destination}",
    };

    private static string Text(AddSource source) => source switch
    {
        LocalSource local => $"{local.Root}:{local.Pattern}",
        InlineSource inline => $"<<{inline.Name} ({inline.Content.Length} bytes)",
        _ => source.GetType().Name,
    };

    // The config as `name → JSON text`, one entry for each property of an image's "config" and of the image itself.
    private static Dictionary<string, string> Properties(ImageConfig config)
    {
        using var json = JsonDocument.Parse(config.ToDockerJson());
        return json.RootElement.EnumerateObject()
            .Where(property => property.Name is not ("history" or "rootfs" or "container_config"))
            .SelectMany(property => property.NameEquals("config") ? [.. property.Value.EnumerateObject()] : new[] { property })
            .ToDictionary(property => property.Name, property => property.Value.GetRawText());
    }
}
