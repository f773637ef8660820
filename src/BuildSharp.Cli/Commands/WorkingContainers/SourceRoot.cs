using BuildSharp.Cli.Commands.Images;
using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Containers;
using BuildSharp.Containers.Adding.Sources;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Storage;

namespace BuildSharp.Cli.Commands.WorkingContainers;

/// <summary>Root directory of the sources of <c>add</c>, <c>copy</c> and <c>run --mount</c>: a directory of this machine, or a mounted
/// container or image.</summary>
internal sealed class SourceRoot : IDisposable
{
    private readonly string _root;
    private readonly string _start;
    private readonly bool _isContext;
    private readonly Action _release;

    private SourceRoot(string root, string start, bool isContext = false, Action? release = null) =>
        (_root, _start, _isContext, _release) = (root, start, isContext, release ?? (() => { }));

    /// <summary>Absolute path of the directory.</summary>
    public string Directory => _root;

    /// <summary>Whether it is the root of an image.</summary>
    public bool IsImage { get; private init; }

    /// <summary>Mounts the container or image of <c>--from</c>; else uses <c>--contextdir</c>; else the root of this machine.</summary>
    /// <exception cref="BuildSharpException">The container, image or directory does not exist.</exception>
    public static SourceRoot Open(Store store, Invocation call)
    {
        var here = call.Surroundings.WorkingDirectory;
        if (call.Flags.NonEmptyText("from") is { } name)
        {
            return FromName(store, name, "copying content from");
        }

        return call.Flags.NonEmptyText("contextdir") is { } context
            ? new SourceRoot(Path.GetFullPath(context, here), "/", isContext: true)
            : new SourceRoot("/", here);
    }

    /// <summary>A source as typed. With <c>--contextdir</c>, an absolute path below that directory is a path of this machine; any other
    /// absolute path is relative to the directory.</summary>
    public AddSource Source(string text) => new LocalSource(_root, PathInContext(text) ?? (text.StartsWith('/') ? text : Path.Join(_start, text)));

    // Compares the text of the paths and does not resolve symbolic links.
    private string? PathInContext(string text)
    {
        if (!_isContext || !text.StartsWith('/'))
        {
            return null;
        }

        var path = Path.GetRelativePath(_root, Path.GetFullPath(text));
        return path == ".." || path.StartsWith("../", StringComparison.Ordinal) ? null : Path.Join("/", path);
    }

    public void Dispose() => _release();

    /// <summary>Root of the container or image of that name, mounted until disposal.</summary>
    /// <param name="store">The store.</param>
    /// <param name="name">The name.</param>
    /// <param name="purpose">What is done with it, for the message.</param>
    /// <exception cref="BuildSharpException">There is neither.</exception>
    public static SourceRoot FromName(Store store, string name, string purpose)
    {
        if (WorkingContainer.TryOpen(store, name) is { } container)
        {
            return new SourceRoot(container.Mount(), "/", release: () => container.Unmount());
        }

        if (store.TryFindImage(name) is not { } image)
        {
            throw new BuildSharpException($"no container named {GoQuoting.Quote(name)}, error {purpose} image {GoQuoting.Quote(name)}: {name}: image not known{ImageName.SuggestionFor(store, name)}");
        }

        if (store.ManifestLists.ForPlatform(image, Platform.Host).TopLayer is not { } layer)
        {
            throw new BuildSharpException($"{name}: the image has no files");
        }

        return new SourceRoot(store.Layers.Mount(layer), "/", release: () => store.Layers.Unmount(layer)) { IsImage = true };
    }
}
