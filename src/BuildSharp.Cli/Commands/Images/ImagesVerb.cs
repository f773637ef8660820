using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Cli.Flags;
using BuildSharp.Cli.Output;
using BuildSharp.Oci;
using BuildSharp.Storage.Records;

namespace BuildSharp.Cli.Commands.Images;

/// <summary><c>images [NAME]</c>: lists the images of the local store, newest first; JSON keeps the store's order.</summary>
internal sealed class ImagesVerb : SyncVerb
{
    public override string Synopsis => "[flags] [IMAGE]";

    public override string Summary => "List images in local storage";

    public override IReadOnlyList<string> Examples =>
        ["images", "images --filter dangling=true -q", "images --format '{{.ID}} {{.Name}}:{{.Tag}}'"];

    public override IEnumerable<FlagDefinition> Flags =>
    [
        Flag.Bool("all", "list intermediate images of builds too", 'a'),
        Flag.Bool("digests", "show manifest digests"),
        Flag.CsvList("filter", "list only images with KEY=VALUE, or without with KEY!=VALUE", 'f', value: "filter"),
        Flag.Text("format", "print each image with a Go template", value: "template"),
        Flag.Bool("history", "show earlier names"),
        Flag.Bool("json", "print JSON"),
        Flag.Bool("no-trunc", "print whole IDs"),
        Flag.Bool("noheading", "print no heading", 'n'),
        Flag.Bool("quiet", "print only image IDs", 'q'),
    ];

    protected override int Run(Invocation call)
    {
        var flags = call.Flags;
        if (call.Positionals.Count > 0 && flags.Bool("all"))
        {
            throw new BuildSharpException("when using the --all switch, you may not pass any images names or IDs");
        }

        if (call.Positionals.Count > 1)
        {
            throw new BuildSharpException($"'{call.Surroundings.Program} images' requires at most 1 argument");
        }

        if (flags.Bool("quiet") && flags.IsSet("format"))
        {
            throw new BuildSharpException("quiet and format are mutually exclusive");
        }

        using var store = call.OpenStore();
        var catalog = new ImageCatalog(store);
        var filters = flags.All("filter").Select(text => ImageFilter.Parse(text, catalog, call.Surroundings.Clock)).ToList();
        IEnumerable<StoredImage> images = call.Positionals.Count == 1 ? [store.RequireImage(call.Positionals[0])] : catalog.Images;
        if (!flags.Bool("all") && call.Positionals.Count == 0 && !filters.Exists(filter => filter.Key is "intermediate"))
        {
            images = images.Where(image => !catalog.IsIntermediate(image));
        }

        var shown = images.Where(image => ImageFilter.AllMatch(filters, image));
        if (!ImageTable.IsJson(flags))
        {
            shown = shown.OrderByDescending(image => catalog.Created(image));
        }

        ImageTable.Write([.. shown.SelectMany(image => Rows(image, catalog, call))], call);
        return 0;
    }

    private static IEnumerable<ImageRow> Rows(StoredImage image, ImageCatalog catalog, Invocation call)
    {
        var created = catalog.Created(image);
        var age = HumanAge.Write(call.Surroundings.Clock.GetUtcNow() - created.ToDateTimeOffset());
        var row = new ImageRow(
            null, "<none>", "<none>", call.Flags.Bool("no-trunc") ? "sha256:" + image.Id : image.Id[..12],
            catalog.ManifestDigest(image)?.ToString() ?? "", created, age + " ago", HumanSize.Write(catalog.Size(image)),
            image.IsReadOnly, image.NamesHistory);
        if (image.Names.Count == 0)
        {
            return [row];
        }

        return image.Names.Select(name =>
        {
            var (repository, tag) = ImageName.Split(name);
            return row with { Name = name, Repository = repository, Tag = tag };
        });
    }
}
