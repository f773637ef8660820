using BuildSharp.Containers;
using BuildSharp.Containers.Adding;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Storage;

namespace BuildSharp.Cli.Commands;

/// <summary>Where the sources of <c>add</c> and <c>copy</c> are: below a directory here, or in a container or image mounted meanwhile.</summary>
internal sealed class ContentOrigin : IDisposable
{
    private readonly string _root;
    private readonly string _start;
    private readonly bool _isContext;
    private readonly Action _release;

    private ContentOrigin(string root, string start, bool isContext = false, Action? release = null) =>
        (_root, _start, _isContext, _release) = (root, start, isContext, release ?? (() => { }));

    /// <summary>Mounts what <c>--from</c> names, or takes <c>--contextdir</c>, or the whole machine.</summary>
    /// <exception cref="BuildSharpException">There is no such container, image or directory.</exception>
    public static ContentOrigin Open(Store store, Invocation call)
    {
        var here = call.Surroundings.WorkingDirectory;
        if (call.Flags.NonEmptyText("from") is { } name)
        {
            return FromName(store, name);
        }

        return call.Flags.NonEmptyText("contextdir") is { } context
            ? new ContentOrigin(Path.GetFullPath(context, here), "/", isContext: true)
            : new ContentOrigin("/", here);
    }

    /// <summary>One source as it was typed. Of a context directory an absolute path that leads into it is that path of this machine, any
    /// other starts at the directory.</summary>
    public AddSource Source(string text) => new LocalSource(_root, PathInContext(text) ?? (text.StartsWith('/') ? text : Path.Join(_start, text)));

    // Links are not resolved: the path is below the directory when it reads so.
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

    private static ContentOrigin FromName(Store store, string name)
    {
        if (WorkingContainer.TryOpen(store, name) is { } container)
        {
            return new ContentOrigin(container.Mount(), "/", release: () => container.Unmount());
        }

        if (store.TryFindImage(name) is not { } image)
        {
            throw new BuildSharpException($"no container named {GoQuoting.Quote(name)}, error copying content from image {GoQuoting.Quote(name)}: {name}: image not known");
        }

        if (store.ForPlatform(image, Platform.Host).TopLayer is not { } layer)
        {
            throw new BuildSharpException($"{name}: the image has no layers to copy from");
        }

        return new ContentOrigin(store.MountLayer(layer), "/", release: () => store.UnmountLayer(layer));
    }
}
