using BuildSharp.Cli.Commands.Transfers;
using BuildSharp.Cli.Flags;
using BuildSharp.Cli.Inspection;
using BuildSharp.Cli.Output;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Registry.Protocol;
using BuildSharp.Transports;
using BuildSharp.Transports.ContainersStorage;
using BuildSharp.Transports.Docker;

namespace BuildSharp.Cli.Commands.Skopeo;

/// <summary><c>inspect IMAGE</c> of skopeo: shows an image wherever it is, without its layers being read.</summary>
internal sealed class InspectImageVerb : SkopeoVerb
{
    public override string Synopsis => "[flags] TRANSPORT:IMAGE";

    public override string Summary => "Show an image that is in a registry or another place";

    public override string Description => Summary + ", without reading its\nlayers. The image is written with its transport, as in docker://quay.io/app:1.";

    public override IReadOnlyList<string> Examples =>
        ["inspect docker://docker.io/library/alpine", "inspect --raw oci:./layout:latest", "inspect --format '{{.Digest}}' docker://quay.io/app:1"];

    public override ArgumentRule Arguments { get; } = new(1, "Exactly one argument expected", 1, "Exactly one argument expected");

    protected override IEnumerable<FlagDefinition> OwnFlags =>
    [
        Flag.Bool("raw", "print the manifest as it is, or with --config the config"),
        Flag.Bool("config", "print the config in OCI form"),
        Flag.Text("format", "print with a Go template, or \"json\"", 'f', value: "template"),
        Flag.Bool("no-tags", "do not list the tags of the repository", 'n'),
        Flag.Text("manifest-digest", "algorithm of the digest", value: "algorithm").Hide().Refuse("digests are sha256", "sha256"),
        .. SkopeoFlags.Access(),
        .. SkopeoFlags.Places(),
        .. SkopeoFlags.Retry,
    ];

    protected override async Task<int> RunVerbAsync(Invocation call, CancellationToken cancellation)
    {
        var (flags, name) = (call.Flags, call.Positionals[0]);
        var format = flags.NonEmptyText("format");
        var isRaw = flags.Bool("raw");
        if (isRaw && format is not null)
        {
            throw new BuildSharpException("raw output does not support format option");
        }

        using var place = ImagePlace.Parse(call, name, $"Error parsing image name {GoQuoting.Quote(name)}", needsFiles: false);
        var repository = place.Location.ImageName?.Name;
        if (isRaw && !flags.Bool("config"))
        {
            WriteBytes(call, (await ReadAsync(call, place, ManifestAsync, cancellation).ConfigureAwait(false)).Bytes.Span);
            return 0;
        }

        var image = await ReadAsync(call, place, DescriptionAsync, cancellation).ConfigureAwait(false);
        if (isRaw)
        {
            WriteBytes(call, image.Config.Span);
            return 0;
        }

        var value = flags.Bool("config")
            ? OciConfigValue.Of(ImageConfig.Parse(image.Config.Span))
            : SkopeoImageValue.Of(image, repository ?? "", await TagsAsync(call, place, cancellation).ConfigureAwait(false));
        if (format is null or "json")
        {
            call.Out.WriteLine(format is null ? GoValueJson.Indented(value) : GoValueJson.Compact(value));
            return 0;
        }

        RowTemplate.Write(format, value, call.Out);
        return 0;

        Task<ImageDescription> DescriptionAsync(IImageSource source)
        {
            // The local store may have the image under the name for which the one given is short.
            repository ??= place.Location is StorageLocation && source.SuggestedNames is [var stored, ..] ? Reference.Parse(stored).Name : null;
            return ImageDescription.ReadAsync(source, SkopeoFlags.PlatformOf(flags), cancellation);
        }
        Task<ManifestBlob> ManifestAsync(IImageSource source) => source.GetListedManifestAsync(cancellation).AsTask();
    }

    private static Task<T> ReadAsync<T>(Invocation call, ImagePlace place, Func<IImageSource, Task<T>> read, CancellationToken cancellation)
    {
        async Task<T> OpenAndReadAsync()
        {
            try
            {
                var source = await place.Location.OpenSourceAsync(place.Context, cancellation).ConfigureAwait(false);
                await using (source.ConfigureAwait(false))
                {
                    return await read(source).ConfigureAwait(false);
                }
            }
            catch (ImageNotFoundException error)
            {
                throw new ImageNotFoundException($"Error parsing image name {GoQuoting.Quote(call.Positionals[0])}: {error.Message}", error);
            }
            catch (BuildSharpException error)
            {
                throw new BuildSharpException($"Error parsing image name {GoQuoting.Quote(call.Positionals[0])}: {error.Message}", error);
            }
        }

        return TransferRetry.RunAsync(OpenAndReadAsync, call, cancellation);
    }

    private static async Task<IReadOnlyList<string>> TagsAsync(Invocation call, ImagePlace place, CancellationToken cancellation)
    {
        if (place.Location is not RegistryLocation { Name: var name } || call.Flags.Bool("no-tags"))
        {
            return [];
        }

        try
        {
            return await TransferRetry.RunAsync(
                () => RegistryTags.ListAsync(name, place.Context.Registries!, cancellation), call, cancellation).ConfigureAwait(false);
        }
        catch (RegistryException error) when (error.Status is System.Net.HttpStatusCode.Forbidden or System.Net.HttpStatusCode.NotFound or System.Net.HttpStatusCode.Unauthorized)
        {
            call.Log.Warning("Registry disallows tag list retrieval; skipping");
            return [];
        }
    }

    private static void WriteBytes(Invocation call, ReadOnlySpan<byte> bytes)
    {
        call.Out.Flush();
        using var output = call.Surroundings.OpenOutput();
        output.Write(bytes);
        output.Flush();
    }
}
