using BuildSharp.Cli.Commands.Transfers;
using BuildSharp.Cli.Flags;
using BuildSharp.Linux;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Diffs;
using BuildSharp.Storage.Records;
using BuildSharp.Transports;
using BuildSharp.Transports.DockerArchive;
using BuildSharp.Transports.OciLayout;

namespace BuildSharp.Cli.Commands.Building;

/// <summary>What an output of <c>build</c> is (buildah-build(1), and docker's names of outputs).</summary>
internal enum OutputKind
{
    /// <summary>A directory with the files of the image.</summary>
    Directory,

    /// <summary>A tar of the files of the image.</summary>
    Tar,

    /// <summary>The image as a tar of an OCI layout.</summary>
    OciArchive,

    /// <summary>The image as a tar for docker load.</summary>
    DockerArchive,

    /// <summary>The image in the store, where it is without any output, too.</summary>
    Store,

    /// <summary>The image in the registries of its names.</summary>
    Registry,

    /// <summary>Nothing but the images of steps.</summary>
    Nothing,
}

/// <summary>One <c>build --output</c>.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Path">Path of a directory or tar; null for standard output, and for other kinds.</param>
internal sealed record BuildOutput(OutputKind Kind, string? Path)
{
    /// <summary>Whether a tar goes to standard output.</summary>
    public bool IsStandardOutput => Path is null && Kind is OutputKind.Tar or OutputKind.OciArchive or OutputKind.DockerArchive;

    /// <summary>Whether the output holds one image only.</summary>
    public bool IsOfOne => Kind is not (OutputKind.Store or OutputKind.Nothing);

    /// <summary><c>name=</c>: a further name of the image; null without it.</summary>
    public string? Name { get; init; }

    /// <summary>The outputs of a command line: those of <c>--output</c>, <c>--push</c> and <c>--load</c>.</summary>
    /// <exception cref="BuildSharpException">A text is no output.</exception>
    public static IReadOnlyList<BuildOutput> Of(FlagValues flags) =>
    [
        .. flags.All("output").Select(Parse),
        .. flags.Bool("push") ? [new BuildOutput(OutputKind.Registry, null)] : Array.Empty<BuildOutput>(),
        .. flags.Bool("load") ? [new BuildOutput(OutputKind.Store, null)] : Array.Empty<BuildOutput>(),
    ];

    /// <summary>Parses <c>-</c>, the name of a directory, or <c>type=TYPE,key=value</c>.</summary>
    /// <exception cref="BuildSharpException">The text has none of these forms.</exception>
    public static BuildOutput Parse(string text)
    {
        if (text == "-")
        {
            return new BuildOutput(OutputKind.Tar, Path: null);
        }

        if (text.Length > 0 && !text.Contains('=', StringComparison.Ordinal) && !text.Contains(',', StringComparison.Ordinal))
        {
            return new BuildOutput(OutputKind.Directory, text);
        }

        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var option in text.Split(','))
        {
            if (option.Split('=', 2) is not [var key, var value])
            {
                throw new BuildSharpException($"invalid build output options {GoQuoting.Quote(text)}, expected format key=value");
            }

            if (key is not ("type" or "dest" or "name" or "push"))
            {
                throw new BuildSharpException($"unrecognized key {GoQuoting.Quote(key)} in build output option: {GoQuoting.Quote(text)}");
            }

            if (!values.TryAdd(key, value))
            {
                throw new BuildSharpException($"duplicate {GoQuoting.Quote(key)} in build output option: {GoQuoting.Quote(text)}");
            }
        }

        return Read(values, text);
    }

    /// <summary>Checks before the build that the output can probably be written, so that a long build does not fail at its end.</summary>
    /// <param name="names">The names of the image.</param>
    /// <param name="call">The command.</param>
    /// <exception cref="BuildSharpException">The tar's directory does not exist, the output directory is a file, or no name says which
    /// registry.</exception>
    public void Require(IReadOnlyList<string> names, Invocation call)
    {
        if (Kind == OutputKind.Registry)
        {
            RequireRegistries(names);
        }

        if (Path is null)
        {
            return;
        }

        if (Kind != OutputKind.Directory)
        {
            ResultFiles.RequirePlace(call, "output", Path);
        }
        else if (File.Exists(System.IO.Path.GetFullPath(Path, call.Surroundings.WorkingDirectory)))
        {
            throw new BuildSharpException($"--output: {Path}: is a file, not a directory");
        }
    }

    /// <summary>Writes the image, or its files.</summary>
    /// <param name="store">The store.</param>
    /// <param name="image">The image in it.</param>
    /// <param name="names">Its names.</param>
    /// <param name="call">The command.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task WriteAsync(Store store, StoredImage image, IReadOnlyList<string> names, Invocation call, CancellationToken cancellation)
    {
        switch (Kind)
        {
            case OutputKind.Directory or OutputKind.Tar:
                WriteFiles(store, image, call);
                break;
            case OutputKind.OciArchive or OutputKind.DockerArchive:
                await WriteArchiveAsync(store, image, names, call, cancellation).ConfigureAwait(false);
                break;
            case OutputKind.Registry:
                // Unlike what stays in the store, layers are compressed on their way, unless a flag says otherwise.
                var compression = call.Flags.IsSet("disable-compression") ? CompressionChoice.OfPush(call.Flags) : CompressionChoice.OfList(call.Flags);
                foreach (var name in names)
                {
                    await ImageTransfer.PushAsync(store, image, name, TransportTable.Parse($"docker://{name}"), compression, format: null, call, cancellation).ConfigureAwait(false);
                }

                break;
            default:
                // The image is in the store already.
                break;
        }
    }

    private async Task WriteArchiveAsync(Store store, StoredImage image, IReadOnlyList<string> names, Invocation call, CancellationToken cancellation)
    {
        // Standard output may be an existing file, to which the writers of archives add nothing; so it gets a copy.
        using var scratch = Path is null ? ScratchDirectory.Create(FetchSettings.TemporaryDirectory(call)) : null;
        var place = scratch is null ? System.IO.Path.GetFullPath(Path!, call.Surroundings.WorkingDirectory) : System.IO.Path.Combine(scratch.Path, "image.tar");
        ImageLocation location = Kind == OutputKind.OciArchive
            ? OciArchiveLocation.Of(place, names.FirstOrDefault()) : DockerArchiveLocation.Of(place, names.FirstOrDefault());
        await ImageTransfer.PushAsync(store, image, names.FirstOrDefault(), location, CompressionChoice.OfCommit(call.Flags), format: null, call, cancellation)
            .ConfigureAwait(false);
        if (scratch is null)
        {
            return;
        }

        call.Out.Flush();
        using var output = call.Surroundings.OpenOutput();
        using var archive = File.OpenRead(place);
        archive.CopyTo(output);
    }

    private void WriteFiles(Store store, StoredImage image, Invocation call)
    {
        var path = Path is null ? null : System.IO.Path.GetFullPath(Path, call.Surroundings.WorkingDirectory);
        using var tar = image.TopLayer is { } layer ? store.Layers.OpenFlattenedTar(layer) : null;
        if (Kind == OutputKind.Directory)
        {
            System.IO.Directory.CreateDirectory(path!);
            if (tar is null)
            {
                return;
            }

            using var root = DirectoryHandle.Open(path!);
            new LayerApplier(root, LayerApplierOptions.Archive).Extract(tar.Content, $"files of image {image.Id}");
            return;
        }

        call.Out.Flush();
        using var output = path is null ? call.Surroundings.OpenOutput() : File.Create(path);
        // An empty tar is two blocks of zeros.
        if (tar is null)
        {
            output.Write(new byte[1024]);
        }
        else
        {
            tar.Content.CopyTo(output);
        }
    }

    private static void RequireRegistries(IReadOnlyList<string> names)
    {
        if (names.Count == 0)
        {
            throw new BuildSharpException("pushing needs a name that says where: -t REGISTRY/NAME");
        }

        if (names.FirstOrDefault(name => name.StartsWith("localhost/", StringComparison.Ordinal)) is { } local)
        {
            throw new BuildSharpException($"{local} names no registry to push to: -t REGISTRY/{local["localhost/".Length..]}");
        }
    }

    private static BuildOutput Read(Dictionary<string, string> values, string text)
    {
        if (!values.TryGetValue("type", out var type))
        {
            throw Missing("type");
        }

        var kind = type switch
        {
            "local" => OutputKind.Directory,
            "tar" => OutputKind.Tar,
            "oci" => OutputKind.OciArchive,
            // Without a place docker's goes to its daemon; here the store is what images are run from.
            "docker" => values.ContainsKey("dest") ? OutputKind.DockerArchive : OutputKind.Store,
            "image" => IsPushed(values, text) ? OutputKind.Registry : OutputKind.Store,
            "registry" => OutputKind.Registry,
            "cacheonly" => OutputKind.Nothing,
            _ => throw new BuildSharpException($"invalid type {GoQuoting.Quote(type)} selected for build output options {GoQuoting.Quote(text)}"),
        };
        var isFile = kind is OutputKind.Directory or OutputKind.Tar or OutputKind.OciArchive or OutputKind.DockerArchive;
        foreach (var (key, isAllowed) in new[] { ("dest", isFile), ("name", kind is OutputKind.Store or OutputKind.Registry), ("push", type == "image") })
        {
            if (values.ContainsKey(key) && !isAllowed)
            {
                throw new BuildSharpException($"unrecognized key {GoQuoting.Quote(key)} in build output option: {GoQuoting.Quote(text)}");
            }
        }

        if (!isFile)
        {
            return new BuildOutput(kind, Path: null) { Name = values.GetValueOrDefault("name") };
        }

        if (!values.TryGetValue("dest", out var destination) || destination.Length == 0)
        {
            throw Missing("dest");
        }

        return destination != "-" ? new BuildOutput(kind, destination)
            : kind != OutputKind.Directory ? new BuildOutput(kind, Path: null)
            : throw new BuildSharpException($"\"type=local\" can not be used with \"dest=-\" in build output option: {GoQuoting.Quote(text)}");

        BuildSharpException Missing(string key) => new($"missing required key {GoQuoting.Quote(key)} in build output option: {GoQuoting.Quote(text)}");
    }

    private static bool IsPushed(Dictionary<string, string> values, string text) => values.GetValueOrDefault("push") switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw new BuildSharpException($"push is true or false in build output option: {GoQuoting.Quote(text)}"),
    };
}
