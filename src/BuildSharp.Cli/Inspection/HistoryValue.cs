using BuildSharp.Cli.Output;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Inspection;

/// <summary>An image's history, which both config formats write alike.</summary>
internal static class HistoryValue
{
    /// <summary>The entries; <c>null</c> for none, as the original has it.</summary>
    public static GoValue Of(IReadOnlyList<History> history) =>
        new GoValue.List(history.Count == 0 ? null : [.. history.Select(Entry)]);

    private static GoValue Entry(History entry) => new GoValue.Struct("v1.History",
    [
        new GoField("Created", "created", entry.Created is { } created ? new GoValue.Time(created) : GoValue.None, OmitEmpty: true),
        new GoField("CreatedBy", "created_by", new GoValue.Text(entry.CreatedBy ?? ""), OmitEmpty: true),
        new GoField("Author", "author", new GoValue.Text(entry.Author ?? ""), OmitEmpty: true),
        new GoField("Comment", "comment", new GoValue.Text(entry.Comment ?? ""), OmitEmpty: true),
        new GoField("EmptyLayer", "empty_layer", new GoValue.Bool(entry.EmptyLayer), OmitEmpty: true),
    ]);
}
