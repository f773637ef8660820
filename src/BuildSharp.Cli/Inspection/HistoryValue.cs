using BuildSharp.Cli.Output;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Inspection;

/// <summary>An image's history.</summary>
internal static class HistoryValue
{
    /// <summary>The entries with the fields of OCI's Go type; a nil list when there are none.</summary>
    public static GoValue Of(IReadOnlyList<History> history) => List("v1.History", history, entry =>
    [
        Created(entry),
        Text("CreatedBy", "created_by", entry.CreatedBy),
        Text("Author", "author", entry.Author),
        Text("Comment", "comment", entry.Comment),
        EmptyLayer(entry),
    ]);

    /// <summary>The entries with the fields of Docker's Go type, which has another order; a nil list when there are none.</summary>
    public static GoValue OfDocker(IReadOnlyList<History> history) => List("docker.V2S2History", history, entry =>
    [
        Created(entry),
        Text("Author", "author", entry.Author),
        Text("CreatedBy", "created_by", entry.CreatedBy),
        Text("Comment", "comment", entry.Comment),
        EmptyLayer(entry),
    ]);

    private static GoValue.List List(string type, IReadOnlyList<History> history, Func<History, IReadOnlyList<GoField>> fields) =>
        new(history.Count == 0 ? null : [.. history.Select(entry => new GoValue.Struct(type, fields(entry)))]) { TypeName = "[]" + type };

    private static GoField Created(History entry) =>
        new("Created", "created", entry.Created is { } created ? new GoValue.Time(created) : new GoValue.Nil("*time.Time"), OmitEmpty: true);

    private static GoField Text(string name, string jsonName, string? value) => new(name, jsonName, new GoValue.Text(value ?? ""), OmitEmpty: true);

    private static GoField EmptyLayer(History entry) => new("EmptyLayer", "empty_layer", new GoValue.Bool(entry.EmptyLayer), OmitEmpty: true);
}
