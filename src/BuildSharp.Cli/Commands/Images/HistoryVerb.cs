using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Cli.Flags;
using BuildSharp.Cli.Output;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Records;

namespace BuildSharp.Cli.Commands.Images;

/// <summary><c>history IMAGE</c>: the steps that an image was made by, newest first, with the columns of podman-history(1).</summary>
internal sealed class HistoryVerb : SyncVerb
{
    private const string NoImage = "<missing>";
    private const int Longest = 45;

    private static readonly GoValue Headings = Struct("ID", "CREATED", "CREATED", "CREATED AT", "CREATED BY", new GoValue.Text("SIZE"), "COMMENT", new GoValue.Text("TAGS"));

    public override string Synopsis => "[flags] IMAGE";

    public override string Summary => "Show the steps that an image was made by";

    public override string Description =>
        "Shows the steps that a local image was made by, newest first. A step has the ID of the\nlocal image that ends with it, and the size of its layer.";

    public override IReadOnlyList<string> Examples => ["history app", "history --format '{{.Size}} {{.CreatedBy}}' --no-trunc app"];

    public override FlagPlacement Placement => FlagPlacement.Anywhere;

    public override ArgumentRule Arguments { get; } = new(1, "an image name must be specified", 1, "too many arguments specified");

    public override IEnumerable<FlagDefinition> Flags =>
    [
        Flag.Text("format", "print each step with a Go template, or all as json", value: "template"),
        Flag.Bool("human", "print sizes with units, and ages instead of times", 'H', on: true),
        Flag.Bool("no-trunc", "print whole IDs and commands"),
        Flag.Bool("quiet", "print only image IDs", 'q'),
    ];

    protected override int Run(Invocation call)
    {
        var flags = call.Flags;
        if (flags.Bool("quiet") && flags.IsSet("format"))
        {
            throw new BuildSharpException("quiet and format are mutually exclusive");
        }

        using var store = call.OpenStore();
        var steps = Steps(store, store.ManifestLists.ForPlatform(store.RequireImage(call.Positionals[0]), Platform.Host));
        if (flags.Text("format") == "json")
        {
            call.Out.WriteLine(GoValueJson.Indented(new GoValue.List([.. steps.Select(Json)])));
        }
        else if (flags.Bool("quiet"))
        {
            foreach (var step in steps)
            {
                call.Out.WriteLine(Id(step, flags.Bool("no-trunc")));
            }
        }
        else
        {
            RowFormat.Parse(flags.Text("format") ?? "table {{.ID}} {{.Created}} {{.CreatedBy}} {{.Size}} {{.Comment}}")
                .Write(Headings, steps.Select(step => Row(step, call)), call.Out);
        }

        return 0;
    }

    private static List<Step> Steps(Store store, StoredImage image)
    {
        var entries = ImageStep.Of(store, image);
        var images = Images(store, image, entries.Count);
        return [.. entries.Select((entry, back) => new Step(entry.Entry, Math.Max(entry.Layer?.DiffSize ?? 0, 0), images.GetValueOrDefault(entries.Count - 1 - back)))];
    }

    /// <summary>The image and its parents in the store, by the index of the history entry that each ends with.</summary>
    private static Dictionary<int, StoredImage> Images(Store store, StoredImage image, int length)
    {
        var images = new Dictionary<int, StoredImage> { [length - 1] = image };
        var tree = store.Images.ReadTree();
        for (var parent = tree.ParentOf(image.Id); parent is not null; parent = tree.ParentOf(parent.Id))
        {
            images.TryAdd(ImageStep.ConfigOf(store, parent).History.Count - 1, parent);
        }

        return images;
    }

    private static string Id(Step step, bool whole) => step.Image is not { } image ? NoImage : whole ? image.Id : image.Id[..12];

    private static GoValue Row(Step step, Invocation call)
    {
        var (human, whole) = (call.Flags.Bool("human"), call.Flags.Bool("no-trunc"));
        var created = step.Entry.Created ?? Timestamp.GoZero;
        var age = HumanAge.Write(call.Surroundings.Clock.GetUtcNow() - created.ToDateTimeOffset()) + " ago";
        // A table has one line a step.
        var command = (step.Entry.CreatedBy ?? "").Replace('\n', ' ').Replace('\t', ' ');
        return Struct(
            Id(step, whole),
            human ? age : created.ToString(),
            age,
            created.ToString(),
            whole || command.Length <= Longest ? command : command[..(Longest - 3)] + "...",
            human ? new GoValue.Text(HumanSize.Write(step.Size)) : new GoValue.Integer(step.Size) { TypeName = "int64" },
            step.Entry.Comment ?? "",
            GoValue.Texts(step.Image?.Names ?? []));
    }

    private static GoValue Struct(
        string id, string created, string since, string at, string createdBy, GoValue size, string comment, GoValue tags) => new GoValue.Struct("images.historyReporter",
    [
        Text("ID", id),
        Text("Created", created),
        Text("CreatedSince", since),
        Text("CreatedAt", at),
        Text("CreatedBy", createdBy),
        new GoField("Size", "Size", size),
        Text("Comment", comment),
        new GoField("Tags", "Tags", tags),
    ]);

    private static GoField Text(string name, string value) => new(name, name, new GoValue.Text(value));

    private static GoValue Json(Step step) => new GoValue.Struct("images.historyReporter",
    [
        new GoField("ID", "id", new GoValue.Text(Id(step, whole: true))),
        new GoField("Created", "created", new GoValue.Time(step.Entry.Created ?? Timestamp.GoZero)),
        new GoField("CreatedBy", "CreatedBy", new GoValue.Text(step.Entry.CreatedBy ?? "")),
        new GoField("Size", "size", new GoValue.Integer(step.Size)),
        new GoField("Comment", "comment", new GoValue.Text(step.Entry.Comment ?? ""), OmitEmpty: true),
        new GoField("Tags", "tags", GoValue.TextsOrNone([.. step.Image?.Names ?? []]), OmitEmpty: true),
    ]);

    /// <param name="Entry">The entry of the image's history.</param>
    /// <param name="Size">Bytes of its uncompressed layer; 0 when it has none.</param>
    /// <param name="Image">The image of the store that ends with it.</param>
    private sealed record Step(History Entry, long Size, StoredImage? Image);
}
