using BuildSharp.Cli.Commands.Images;
using BuildSharp.Cli.Commands.Transfers;
using BuildSharp.Cli.Flags;
using BuildSharp.Oci;
using BuildSharp.Transports.ContainersStorage;
using BuildSharp.Transports.Docker;
using BuildSharp.Transports.OciLayout;

namespace BuildSharp.Cli.Commands.Skopeo;

/// <summary><c>delete IMAGE</c> of skopeo: removes an image from a registry, a layout or the local store.</summary>
internal sealed class DeleteImageVerb : SkopeoVerb
{
    public override string Synopsis => "[flags] TRANSPORT:IMAGE";

    public override string Summary => "Delete an image in a registry or another place";

    public override string Description =>
        Summary + ".\n\nIn a registry, the manifest that the name means is deleted, and with it every other tag of it.";

    public override IReadOnlyList<string> Examples => ["delete docker://registry.example.com/app:1", "delete oci:./layout:latest"];

    public override ArgumentRule Arguments { get; } = new(1, "Exactly one argument expected", 1, "Exactly one argument expected");

    protected override IEnumerable<FlagDefinition> OwnFlags => [.. SkopeoFlags.Access(), .. SkopeoFlags.Places(), .. SkopeoFlags.Retry];

    public override bool NeedsNamespace(Invocation call) => call.Positionals.Any(ImagePlace.IsInStore);

    protected override async Task<int> RunVerbAsync(Invocation call, CancellationToken cancellation)
    {
        var text = call.Positionals[0];
        using var place = ImagePlace.Parse(call, text, $"Invalid source name {text}");
        switch (place.Location)
        {
            case RegistryLocation registry:
                await TransferRetry.RunAsync(DeleteAsync, call, cancellation).ConfigureAwait(false);
                return 0;

                async Task<bool> DeleteAsync()
                {
                    await RegistryTags.DeleteAsync(registry.Name, place.Context.Registries!, cancellation).ConfigureAwait(false);
                    return true;
                }
            case OciLayoutLocation layout:
                await layout.DeleteAsync(place.Context, cancellation).ConfigureAwait(false);
                return 0;
            case StorageLocation stored:
                var store = place.Context.Store!;
                var name = stored.NameIn(store) ?? throw new BuildSharpException(
                    $"{text}: it is in another store than that of the command; give --root and --runroot instead of brackets");
                if (store.Images.Find(name) is null)
                {
                    throw new ImageNotFoundException($"{name}: image not known{ImageName.SuggestionFor(store, name)}");
                }

                new ImageDeletion(store, force: false).Remove(name);
                return 0;
            case var other:
                throw new BuildSharpException($"Deleting images not implemented for {other.Transport}: images");
        }
    }
}
