using BuildSharp.Cli.Commands.Building;
using BuildSharp.Cli.Commands.Registries;
using BuildSharp.Cli.Flags;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Transports;

namespace BuildSharp.Cli.Commands.Skopeo;

/// <summary><c>sync</c> of skopeo: copies many images between registries and directories.</summary>
internal sealed class SyncImagesVerb : SkopeoVerb
{
    public override string Synopsis => "[flags] --src TRANSPORT --dest TRANSPORT SOURCE DESTINATION";

    public override string Summary => "Copy many images between registries and directories";

    public override string Description =>
        """
        Copy many images between registries and directories.

          --src docker SOURCE is a repository, all tags of which are copied, or an image
          --src dir    SOURCE is a directory, all dir: images below which are copied
          --src yaml   SOURCE is a file that lists registries, repositories and tags
        """;

    public override IReadOnlyList<string> Examples =>
        ["sync --src docker --dest dir quay.io/app ./mirror", "sync --src yaml --dest docker images.yml registry.example.com/mirror"];

    public override ArgumentRule Arguments { get; } = new(2, "Exactly two arguments expected", 2, "Exactly two arguments expected");

    protected override IEnumerable<FlagDefinition> OwnFlags =>
    [
        Flag.Text("src", "kind of the source: docker, dir or yaml", 's', value: "kind") with { Values = ["docker", "dir", "yaml"] },
        Flag.Text("dest", "kind of the destination: docker or dir", 'd', value: "kind") with { Values = ["docker", "dir"] },
        Flag.Bool("scoped", "keep the whole name of the source below the destination"),
        Flag.Text("append-suffix", "text to append to each name", value: "text"),
        Flag.Bool("dry-run", "print what would be copied"),
        Flag.Bool("keep-going", "go on with the next image when one fails"),
        Flag.Text("digestfile", "file to write a line with digest and name of each image to", value: "file"),
        .. PlaceCopy.Flags,
    ];

    protected override async Task<int> RunVerbAsync(Invocation call, CancellationToken cancellation)
    {
        var flags = call.Flags;
        var (kind, target) = (KindOf(flags, "src", "docker", "dir", "yaml"), KindOf(flags, "dest", "docker", "dir"));
        if ((kind, target) == ("dir", "dir"))
        {
            throw new BuildSharpException("sync from 'dir' to 'dir' not implemented, consider using rsync instead");
        }

        PlaceCopy.WarnOfOldFlag(call);
        ResultFiles.Require(call, "digestfile");
        var copy = new PlaceCopy(call, new CopyOptions { KeepPlain = target == "dir" });
        var (source, destination) = (call.Positionals[0], call.Positionals[1]);
        var choice = SkopeoFlags.Choice(call, "src-");
        var sources = kind switch
        {
            "docker" => (IReadOnlyList<SyncSource>)[await SyncSource.OfRepositoryAsync(call, source, choice, cancellation).ConfigureAwait(false)],
            "dir" => [SyncSource.OfDirectory(source, choice)],
            _ => await SyncFile.ReadAsync(call, source, choice, cancellation).ConfigureAwait(false),
        };

        var (done, hasFailed, lines) = (0, false, new List<string>());
        foreach (var (images, settings) in sources)
        {
            foreach (var (number, (place, name)) in images.Index())
            {
                var to = Destination(call, target, destination, name);
                call.Error.WriteLine($"{(flags.Bool("dry-run") ? "Would have copied image" : "Copying image ref")} {number + 1}/{images.Count} from={place} to={to}");
                try
                {
                    if (!flags.Bool("dry-run"))
                    {
                        lines.Add($"{await CopyAsync(call, copy, (place, settings), to, cancellation).ConfigureAwait(false)} {to}\n");
                    }

                    done++;
                }
                catch (BuildSharpException error) when (flags.Bool("keep-going"))
                {
                    hasFailed = true;
                    call.Log.Error($"copying {place}: {error.Message}");
                }
            }
        }

        ResultFiles.WriteId(call, "digestfile", string.Concat(lines));
        call.Error.WriteLine($"{(flags.Bool("dry-run") ? "Would have synced" : "Synced")} {done} images from {sources.Count} sources");
        return hasFailed
            ? throw new BuildSharpException("Sync failed due to previous reported error(s) for one or more images")
            : 0;
    }

    private static async Task<Digest> CopyAsync(
        Invocation call, PlaceCopy copy, (ImageLocation Place, RegistryChoice Choice) source, ImageLocation destination, CancellationToken cancellation)
    {
        using var from = ImagePlace.Of(call, source.Place, source.Choice);
        using var to = ImagePlace.Of(call, destination, SkopeoFlags.Choice(call, "dest-"));
        if (destination.Transport == "dir" && Path.Exists(destination.Details))
        {
            throw new BuildSharpException($"Refusing to overwrite destination directory {GoQuoting.Quote(destination.Details)}");
        }

        return await copy.RunAsync(from, to, cancellation).ConfigureAwait(false);
    }

    private static ImageLocation Destination(Invocation call, string kind, string below, string name)
    {
        var suffix = call.Flags.Bool("scoped") ? name : name[(name.LastIndexOf('/') + 1)..];
        var full = $"{below.TrimEnd('/')}/{suffix}{call.Flags.NonEmptyText("append-suffix")}";
        return TransportTable.Parse(kind == "docker" ? "docker://" + full : "dir:" + full);
    }

    private static string KindOf(FlagValues flags, string flag, params string[] known)
    {
        var side = flag == "src" ? "source" : "destination";
        var kind = flags.NonEmptyText(flag) ?? throw new BuildSharpException($"A {side} transport must be specified");
        return known.Contains(kind) ? kind : throw new BuildSharpException($"{GoQuoting.Quote(kind)} is not a valid {side} transport; known are {string.Join(", ", known)}");
    }
}
