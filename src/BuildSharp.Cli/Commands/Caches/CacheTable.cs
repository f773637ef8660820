using BuildSharp.Cli.Output;
using BuildSharp.Oci;
using BuildSharp.Running.Caches;

namespace BuildSharp.Cli.Commands.Caches;

/// <summary>What <c>cache ls</c> prints.</summary>
internal static class CacheTable
{
    private const string Unknown = "<unknown>";

    private static readonly GoValue Headings = Struct("NAME", "ID", new GoValue.Text("OWNER"), new GoValue.Text("SIZE"), new GoValue.Text("LAST USE"), "LAST USE");

    /// <summary>Writes the caches as table, JSON, names or by template.</summary>
    /// <exception cref="BuildSharpException">The template is invalid.</exception>
    public static void Write(CacheDirectories caches, Invocation call)
    {
        var flags = call.Flags;
        if (flags.Bool("quiet"))
        {
            foreach (var cache in caches.All())
            {
                call.Out.WriteLine(cache.Name);
            }

            return;
        }

        List<(StoredCache Cache, long Size)> rows = [.. caches.All().Select(cache => (cache, caches.SizeOf(cache.Name))).Where(row => row.Item2 is not null).Select(row => (row.cache, row.Item2!.Value))];
        if (flags.Bool("json") || flags.Text("format") == "json")
        {
            call.Out.WriteLine(GoValueJson.Indented(new GoValue.List([.. rows.Select(row => Json(row.Cache, row.Size))])));
            return;
        }

        var now = call.Surroundings.Clock.GetUtcNow();
        RowFormat.Parse(flags.Text("format") ?? (flags.Bool("noheading") ? "" : "table ") + "{{.Name}} {{.ID}} {{.Size}} {{.LastUse}}").Write(
            Headings,
            rows.Select(row => Struct(
                row.Cache.Name, row.Cache.Id ?? Unknown, new GoValue.Text(Owner(row.Cache)), new GoValue.Text(HumanSize.Rounded(row.Size)),
                new GoValue.Time(Timestamp.From(row.Cache.LastUse)), HumanAge.Write(now - row.Cache.LastUse) + " ago")),
            call.Out);
    }

    private static string Owner(StoredCache cache) => $"{cache.Owner.Uid}:{cache.Owner.Gid}";

    private static GoValue Struct(string name, string id, GoValue owner, GoValue size, GoValue usedAt, string lastUse) => new GoValue.Struct("cacheRow",
    [
        Field("Name", new GoValue.Text(name)),
        Field("ID", new GoValue.Text(id)),
        Field("Owner", owner),
        Field("Size", size),
        Field("LastUse", new GoValue.Text(lastUse)),
        Field("LastUseAt", usedAt),
    ]);

    private static GoField Field(string name, GoValue value) => new(name, name, value);

    private static GoValue Json(StoredCache cache, long size) => new GoValue.Struct("cacheRow",
    [
        new GoField("Name", "name", new GoValue.Text(cache.Name)),
        new GoField("ID", "id", new GoValue.Text(cache.Id ?? ""), OmitEmpty: true),
        new GoField("Owner", "owner", new GoValue.Text(Owner(cache))),
        new GoField("Mode", "mode", new GoValue.Text(Convert.ToString(cache.Mode, 8))),
        new GoField("Size", "size", new GoValue.Integer(size)),
        new GoField("LastUse", "lastUse", new GoValue.Time(Timestamp.From(cache.LastUse))),
    ]);
}
