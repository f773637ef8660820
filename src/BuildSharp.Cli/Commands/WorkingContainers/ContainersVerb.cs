using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Cli.Flags;
using BuildSharp.Cli.Output;
using BuildSharp.Containers;
using BuildSharp.Oci;
using BuildSharp.Storage;

namespace BuildSharp.Cli.Commands.WorkingContainers;

/// <summary><c>containers</c>: lists working containers, with <c>-a</c> also those of other tools, in order of creation.</summary>
internal sealed class ContainersVerb : SyncVerb
{
    private static readonly GoValue Headings = Row("CONTAINER ID", new GoValue.Text("BUILDER"), "IMAGE ID", "IMAGE NAME", "CONTAINER NAME");

    public override string Synopsis => "[flags]";

    public override string Summary => "List working containers";

    public override IReadOnlyList<string> Examples => ["containers", "containers --format '{{.ContainerID}} {{.ContainerName}}'"];

    public override VerbGroup Group => VerbGroup.Container;

    public override FlagPlacement Placement => FlagPlacement.Anywhere;

    public override IEnumerable<FlagDefinition> Flags =>
    [
        Flag.Bool("all", "list containers of other tools too", 'a'),
        Flag.Text("filter", "list only containers with id=, name= or ancestor=", 'f', value: "filter"),
        Flag.Text("format", "print each container with a Go template", value: "template"),
        Flag.Bool("json", "print JSON"),
        Flag.Bool("noheading", "print no heading", 'n'),
        Flag.Bool("notruncate", "print whole IDs and names"),
        Flag.Bool("quiet", "print only container IDs", 'q'),
    ];

    protected override int Run(Invocation call)
    {
        if (call.Positionals.Count > 0)
        {
            throw new BuildSharpException($"'{call.Surroundings.Program} containers' does not accept arguments");
        }

        if (call.Flags.Bool("quiet") && call.Flags.IsSet("format"))
        {
            throw new BuildSharpException("quiet and format are mutually exclusive");
        }

        using var store = call.OpenStore();
        var filter = ContainerFilter.Parse(call.Flags.NonEmptyText("filter"));
        var rows = Rows(store, call.Flags.Bool("all")).Where(filter.Matches).ToList();
        Print(rows, call);
        return 0;
    }

    private static IEnumerable<ContainerRow> Rows(Store store, bool all)
    {
        var builders = WorkingContainer.List(store).ToDictionary(container => container.Id);
        foreach (var record in store.Containers.All())
        {
            var builder = builders.GetValueOrDefault(record.Id);
            if (builder is null && !all)
            {
                continue;
            }

            var imageId = (builder is null ? record.ImageId : builder.FromImageId) ?? "";
            var imageName = imageId.Length == 0 ? "scratch" : store.Images.Find(imageId)?.Names.FirstOrDefault() ?? builder?.FromImage ?? "";
            yield return new ContainerRow(record.Id, builder is not null, imageId, imageName, record.Names.FirstOrDefault() ?? "");
        }
    }

    private static void Print(List<ContainerRow> rows, Invocation call)
    {
        if (call.Flags.Bool("json") || call.Flags.Text("format") == "json")
        {
            var values = rows.Select(Json).ToList();
            call.Out.WriteLine(GoValueJson.Indented(new GoValue.List(values.Count == 0 ? null : values)));
        }
        else if (call.Flags.Bool("quiet"))
        {
            foreach (var row in rows)
            {
                call.Out.WriteLine(row.Id.PadRight(64));
            }
        }
        else if (call.Flags.Text("format") is { } format)
        {
            RowFormat.Parse(format).Write(
                Headings, rows.Select(row => Row(row.Id, new GoValue.Text(Mark(row)), row.ImageId, row.ImageName, row.Name)), call.Out);
        }
        else
        {
            PrintTable(rows, call);
        }
    }

    private static void PrintTable(List<ContainerRow> rows, Invocation call)
    {
        var width = call.Flags.Bool("notruncate") ? 64 : 12;
        if (!call.Flags.Bool("noheading"))
        {
            call.Out.WriteLine(Line("CONTAINER ID", "BUILDER", "IMAGE ID", "IMAGE NAME", "CONTAINER NAME"));
        }

        foreach (var row in rows)
        {
            var image = width == 12 && row.ImageName.Length > 32 ? row.ImageName[..29] + "..." : row.ImageName;
            call.Out.WriteLine(Line(row.Id, Mark(row), row.ImageId, image, row.Name));
        }

        // buildah's printf has two blanks after the first column in the short form only.
        string Line(string id, string builder, string imageId, string image, string name) =>
            $"{Column(id)}{(width == 12 ? "  " : " ")}{builder,-8} {Column(imageId)} {image,-32} {name}";

        string Column(string text) => (text.Length > width ? text[..width] : text).PadRight(width);
    }

    private static string Mark(ContainerRow row) => row.IsBuilder ? "   *" : "";

    private static GoValue Row(string id, GoValue builder, string imageId, string imageName, string name) =>
        new GoValue.Struct("main.containerOutputParams",
        [
            new GoField("ContainerID", "ContainerID", new GoValue.Text(id)),
            new GoField("Builder", "Builder", builder),
            new GoField("ImageID", "ImageID", new GoValue.Text(imageId)),
            new GoField("ImageName", "ImageName", new GoValue.Text(imageName)),
            new GoField("ContainerName", "ContainerName", new GoValue.Text(name)),
        ]);

    private static GoValue Json(ContainerRow row) => new GoValue.Struct("main.jsonContainer",
    [
        new GoField("ID", "id", new GoValue.Text(row.Id)),
        new GoField("Builder", "builder", new GoValue.Bool(row.IsBuilder)),
        new GoField("ImageID", "imageid", new GoValue.Text(row.ImageId)),
        new GoField("ImageName", "imagename", new GoValue.Text(row.ImageName)),
        new GoField("ContainerName", "containername", new GoValue.Text(row.Name)),
    ]);
}
