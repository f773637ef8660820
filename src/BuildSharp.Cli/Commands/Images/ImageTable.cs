using BuildSharp.Cli.Flags;
using BuildSharp.Cli.Output;

namespace BuildSharp.Cli.Commands.Images;

/// <summary>Writes the rows of <c>images</c> as table, JSON, IDs or by template.</summary>
internal static class ImageTable
{
    private static readonly GoValue Headings = Struct(
        new GoValue.Text("REPOSITORY"), "TAG", "IMAGE ID", "DIGEST", new GoValue.Text("CREATED"), "CREATED", new GoValue.Text("CREATED AT"), "SIZE",
        new GoValue.Text("R/O"), "HISTORY");

    /// <summary>Whether the flags ask for JSON.</summary>
    public static bool IsJson(FlagValues flags) => flags.Bool("json") || flags.Text("format") == "json";

    public static void Write(IReadOnlyList<ImageRow> rows, Invocation call)
    {
        var flags = call.Flags;
        if (flags.Bool("quiet") && !flags.Bool("json"))
        {
            foreach (var id in rows.Select(row => row.Id).Distinct())
            {
                call.Out.WriteLine(id);
            }
        }
        else if (IsJson(flags))
        {
            var images = rows.GroupBy(row => row.Id).Select(group => Json([.. group])).ToList();
            call.Out.WriteLine(GoValueJson.Indented(new GoValue.List(images)));
        }
        else
        {
            RowFormat.Parse(flags.Text("format")?.Replace(@"\t", "\t", StringComparison.Ordinal) ?? DefaultFormat(call))
                .Write(Headings, rows.Select(Value), call.Out);
        }
    }

    private static string DefaultFormat(Invocation call)
    {
        var flags = call.Flags;
        return (flags.Bool("noheading") ? "" : "table ")
            + "{{.Name}} {{.Tag}} "
            + (flags.Bool("digests") ? "{{.Digest}} " : "")
            + "{{.ID}} {{.CreatedAt}} {{.Size}}"
            + (call.Flags.Bool("history") ? " {{.History}}" : "");
    }

    private static GoValue Value(ImageRow row) => Struct(
        new GoValue.Text(row.Repository), row.Tag, row.Id, row.Digest, new GoValue.Integer(row.Created.UnixSeconds) { TypeName = "int64" }, row.Age,
        new GoValue.Time(row.Created), row.Size, new GoValue.Bool(row.IsReadOnly), History(row));

    // The first entry is left out when it equals the name of the row.
    private static string History(ImageRow row)
    {
        var names = row.History is [var first, ..] && first == row.Name ? row.History.Skip(1) : row.History;
        return string.Join(", ", names) is { Length: > 0 } history ? history : "<none>";
    }

    private static GoValue Struct(
        GoValue name, string tag, string id, string digest, GoValue created, string age, GoValue createdRaw, string size, GoValue readOnly,
        string history) => new GoValue.Struct("main.imageOutputParams",
    [
        Field("Tag", new GoValue.Text(tag)),
        Field("ID", new GoValue.Text(id)),
        Field("Name", name),
        Field("Digest", new GoValue.Text(digest)),
        Field("Created", created),
        Field("CreatedAt", new GoValue.Text(age)),
        Field("Size", new GoValue.Text(size)),
        Field("CreatedAtRaw", createdRaw),
        Field("ReadOnly", readOnly),
        Field("History", new GoValue.Text(history)),
    ]);

    private static GoField Field(string name, GoValue value) => new(name, name, value);

    private static GoValue Json(IReadOnlyList<ImageRow> rows)
    {
        var row = rows[0];
        return new GoValue.Struct("main.jsonImage",
        [
            new GoField("ID", "id", new GoValue.Text(row.Id)),
            new GoField("Names", "names", GoValue.TextsOrNone([.. rows.Select(name => name.Name).OfType<string>()])),
            new GoField("Digest", "digest", new GoValue.Text(row.Digest)),
            new GoField("CreatedAt", "createdat", new GoValue.Text(row.Age)),
            new GoField("Size", "size", new GoValue.Text(row.Size)),
            new GoField("Created", "created", new GoValue.Integer(row.Created.UnixSeconds)),
            new GoField("CreatedAtRaw", "createdatraw", new GoValue.Time(row.Created)),
            new GoField("ReadOnly", "readonly", new GoValue.Bool(row.IsReadOnly)),

            // buildah always leaves this field empty here.
            new GoField("History", "history", GoValue.Texts(null)),
        ]);
    }
}
