using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Cli.Commands.Transfers;
using BuildSharp.Cli.Flags;
using BuildSharp.Cli.Inspection;
using BuildSharp.Cli.Output;
using BuildSharp.Containers;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Records;

namespace BuildSharp.Cli.Commands.Images;

/// <summary><c>inspect NAME</c>: shows the properties of a container or image.</summary>
internal sealed class InspectVerb : SyncVerb
{
    public override string Synopsis => "[flags] CONTAINER|IMAGE";

    public override string Summary => "Show the configuration of a working container or an image";

    public override IReadOnlyList<string> Examples => ["inspect working-container", "inspect --format '{{.OCIv1.Config.Env}}' app"];

    public override ArgumentRule Arguments { get; } =
        new(1, "container or image name must be specified", 1, "too many arguments specified");

    public override IEnumerable<FlagDefinition> Flags =>
    [
        Flag.Text("format", "print with a Go template", 'f', value: "template"),
        Flag.Text("type", "what the name is of: container, image or manifest", 't', value: "type"),
    ];

    protected override int Run(Invocation call)
    {
        var type = call.Flags.NonEmptyText("type");
        if (type is not (null or "container" or "image" or "manifest"))
        {
            throw new BuildSharpException("the only recognized types are \"container\" and \"image\"");
        }

        using var store = call.OpenStore();
        var name = call.Positionals[0];
        var value = type == "manifest" ? null : Find(store, name, type);
        if (value is null && call.Flags.NonEmptyText("format") is null)
        {
            call.Out.Write(new ManifestEdit(store, call).Text(name));
            return 0;
        }

        value ??= ManifestListValue.Of(store.ManifestLists.Read(new ManifestEdit(store, call).Find(name)));
        if (call.Flags.NonEmptyText("format") is { } format)
        {
            OneValueFormat.Write(format, value, call.Out, call.Surroundings.OutIsTerminal);
        }
        else
        {
            call.Out.WriteLine(GoValueJson.Indented(value, escapeHtml: !call.Surroundings.OutIsTerminal));
        }

        return 0;
    }

    /// <summary>The container or image of that name; null for a manifest list that has no image for this platform in the store.</summary>
    private static GoValue? Find(Store store, string name, string? type)
    {
        if (type != "image")
        {
            if (type == "container")
            {
                return ContainerValue.Of(WorkingContainer.Open(store, name));
            }

            if (WorkingContainer.TryOpen(store, name) is { } container)
            {
                return ContainerValue.Of(container);
            }
        }

        if (store.TryFindImage(name) is not { } named)
        {
            throw new BuildSharpException($"importing settings: {name}: image not known{ImageName.SuggestionFor(store, name)}");
        }

        StoredImage image;
        try
        {
            image = store.ManifestLists.ForPlatform(named, Platform.Host);
        }
        catch (BuildSharpException) when (type is null && store.ManifestLists.IsList(named))
        {
            return null;
        }

        return ContainerValue.Of(store, image);
    }
}
