using BuildSharp.Cli.Output;

namespace BuildSharp.Cli.Commands;

/// <summary>Writes the rows of <c>images</c> as table, JSON, IDs or by template.</summary>
internal static class ImageTable
{
    private static readonly GoValue s_headings = Struct(
        new GoValue.Text("REPOSITORY"), "TAG", "IMAGE ID", "DIGEST", new GoValue.Text("CREATED"), "CREATED", new GoValue.Text("CREATED AT"), "SIZE",
        new GoValue.Text("R/O"), "HISTORY");

    public static void Write(IReadOnlyList<ImageRow> rows, Invocation call)
    {
        var flags = call.Flags;
        if (flags.Bool("quiet") && !flags.Bool("json"))
        {
            foreach (var id in rows.Select(row => row.Id).Distinct())
                call.Out.WriteLine(id);
        }
        else if (flags.Bool("json") || flags.Text("format") == "json")
        {
            var images = rows.GroupBy(row => row.Id).Select(group => Json([.. group])).ToList();
            call.Out.WriteLine(GoValueJson.Indented(new GoValue.List(images)));
        }
        else
        {
            RowFormat.Parse(flags.Text("format")?.Replace(@"\t", "\t", StringComparison.Ordinal) ?? DefaultFormat(call))
                .Write(s_headings, rows.Select(Value), call.Out);
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
        new GoValue.Text(row.Repository), row.Tag, row.Id, row.Digest, new GoValue.Integer(row.Created.UnixSeconds), row.Age,
        new GoValue.Time(row.Created), row.Size, new GoValue.Bool(row.IsReadOnly), row.History.Count == 0 ? "<none>" : string.Join(", ", row.History));

    private static GoValue Struct(
        GoValue name, string tag, string id, string digest, GoValue created, string age, GoValue createdRaw, string size, GoValue readOnly,
        string history) => new GoValue.Struct("images.row",
    [
        new GoField("Name", "name", name),
        new GoField("Tag", "tag", new GoValue.Text(tag)),
        new GoField("ID", "id", new GoValue.Text(id)),
        new GoField("Digest", "digest", new GoValue.Text(digest)),
        new GoField("Created", "created", created),
        new GoField("CreatedAt", "createdat", new GoValue.Text(age)),
        new GoField("CreatedAtRaw", "createdatraw", createdRaw),
        new GoField("Size", "size", new GoValue.Text(size)),
        new GoField("ReadOnly", "readonly", readOnly),
        new GoField("History", "history", new GoValue.Text(history)),
    ]);

    private static GoValue Json(IReadOnlyList<ImageRow> rows)
    {
        var row = rows[0];
        var names = rows.Where(name => name.Name is not null).Select(name => name.Name!);
        return new GoValue.Struct("images.image",
        [
            new GoField("ID", "id", new GoValue.Text(row.Id)),
            new GoField("Names", "names", GoValue.Texts(names)),
            new GoField("Digest", "digest", new GoValue.Text(row.Digest)),
            new GoField("CreatedAt", "createdat", new GoValue.Text(row.Age)),
            new GoField("Size", "size", new GoValue.Text(row.Size)),
            new GoField("Created", "created", new GoValue.Integer(row.Created.UnixSeconds)),
            new GoField("CreatedAtRaw", "createdatraw", new GoValue.Time(row.Created)),
            new GoField("ReadOnly", "readonly", new GoValue.Bool(row.IsReadOnly)),
            new GoField("History", "history", GoValue.Texts(row.History.Count == 0 ? null : row.History)),
        ]);
    }
}
