using BuildSharp.Cli.Commands.Building;
using BuildSharp.Cli.Commands.Images;
using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Cli.Flags;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Records;
using BuildSharp.Transports;

namespace BuildSharp.Cli.Commands.Transfers;

/// <summary><c>push IMAGE [DEST]</c>: copies a local image to a destination. Prints nothing on standard output.</summary>
internal sealed class PushVerb : Verb
{
    public override string Synopsis => "[flags] IMAGE [DESTINATION]";

    public override string Summary => "Write a local image to another place";

    public override IReadOnlyList<string> Examples => ["push app registry.example.com/team/app:1.0", "push app oci:./image:latest", "push app docker-archive:app.tar:app:1.0"];

    public override VerbGroup Group => VerbGroup.Registry;

    public override bool IsConfigured => true;

    public override ArgumentRule Arguments { get; } = new(
        1, "at least a source image ID must be specified", 2, "only two arguments are necessary to push: source and destination");

    public override IEnumerable<FlagDefinition> Flags =>
    [
        Flag.Bool("all", "push a list with all its images, not only the image for this machine"),
        Flag.Text("digestfile", "file to write the manifest's digest to", value: "file"),
        Flag.Text("format", "format of the manifest: oci or v2s2", 'f', value: "format") with { Values = ["oci", "v2s2"] },
        Flag.Bool("rm", "remove the local image afterwards"),
        RegistryFlags.Quiet,
        ProgressFlags.Progress,
        Flag.Bool("remove-signatures", "leave signatures behind").Accept(),
        Flag.Text("sign-by", "key to sign with", value: "key").Refuse("images are not signed"),
        .. CompressionFlags.With(disabledByDefault: false),
        .. EncryptionFlags.All,
        .. RegistryFlags.Access,
        .. RegistryFlags.Retry,
        .. RegistryFlags.Rare.Where(flag => flag.Name != "decryption-key"),
    ];

    public override bool NeedsNamespace(Invocation call) => true;

    public override async Task<int> RunAsync(Invocation call, CancellationToken cancellation)
    {
        var flags = call.Flags;
        RegistryFlags.Check(flags);
        ResultFiles.Require(call, "digestfile");
        var format = ImageFormat.MediaTypeOfPush(flags.NonEmptyText("format"));
        var compression = CompressionChoice.OfPush(flags);
        var name = call.Positionals[0];
        if (name.Length == 0)
        {
            throw new BuildSharpException("invalid image name \"\"");
        }

        var destination = call.Positionals.Count > 1 ? call.Positionals[1] : name;
        var location = ImageTransfer.Destination(destination);
        using var store = call.OpenStoreAsRoot();
        if (store.TryFindImage(name) is not { } named)
        {
            throw new BuildSharpException(
                $"pushing image {GoQuoting.Quote(name)} to {GoQuoting.Quote(location.ToString())}: {name}: image not known{ImageName.SuggestionFor(store, name)}");
        }

        var digest = await PushAsync(store, named, ImageName.Matching(named.Names, name), location, compression, format, call, cancellation).ConfigureAwait(false);
        ResultFiles.WriteId(call, "digestfile", digest.ToString());
        if (flags.Bool("rm"))
        {
            new ImageDeletion(store, force: true).Remove(name);
        }

        return 0;
    }

    private static Task<Digest> PushAsync(
        Store store, StoredImage named, string? name, ImageLocation location, CompressionChoice compression, string? format, Invocation call,
        CancellationToken cancellation)
    {
        if (call.Flags.Bool("all") && store.ManifestLists.IsList(named))
        {
            if (location.HoldsLists)
            {
                return ImageTransfer.PushListAsync(store, named, location, compression, format, new ListCopyOptions(), call, cancellation);
            }

            call.Log.Warning($"--all: {location.Transport} holds one image and no list; writing that of this machine's platform alone");
        }

        return ImageTransfer.PushAsync(store, store.ManifestLists.ForPlatform(named, Platform.Host), name, location, compression, format, call, cancellation);
    }
}
