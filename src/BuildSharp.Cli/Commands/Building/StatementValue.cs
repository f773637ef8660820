using BuildSharp.Cli.Output;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Cli.Commands.Building;

/// <summary>A statement of a Containerfile as a JSON object, without empty fields.</summary>
internal static class StatementValue
{
    public static GoValue Of(Statement statement) => new GoValue.Struct("Statement",
    [
        Field("instruction", new GoValue.Text(statement.Name)),
        Field("flags", Texts(statement.Flags)),
        Field("arguments", Texts(statement.Arguments)),
        Field("json", new GoValue.Bool(statement.Form == ArgumentForm.Json)),
        Field("pairs", new GoValue.List([.. statement.Pairs.Select(Pair)])),
        Field("trigger", statement.Trigger is { } trigger ? Of(trigger) : GoValue.None),
        Field("heredocs", new GoValue.List([.. statement.Heredocs.Select(Heredoc)])),
        Field("unknown", new GoValue.Bool(statement.Form == ArgumentForm.Unknown)),
        .. Place(statement.Span),
    ]);

    /// <summary>Lines and columns of a span, counted from 1. The end is the column after the last character.</summary>
    public static IReadOnlyList<GoField> Place(SourceSpan span) =>
    [
        Field("file", new GoValue.Text(span.FileName)),
        Field("line", new GoValue.Integer(span.Start.Line)),
        Field("column", new GoValue.Integer(span.Start.Column)),
        Field("endLine", new GoValue.Integer(span.End.Line)),
        Field("endColumn", new GoValue.Integer(span.End.Column)),
    ];

    /// <summary>A field that is left out when it is empty.</summary>
    public static GoField Field(string name, GoValue value) => new(name, name, value, OmitEmpty: true);

    private static GoValue.List Texts(IEnumerable<Word> words) => GoValue.Texts(words.Select(word => word.Text));

    private static GoValue.Struct Pair(NameValue pair) => new("Pair",
    [
        new GoField("name", "name", new GoValue.Text(pair.Name), OmitEmpty: false),
        new GoField("value", "value", new GoValue.Text(pair.Value), OmitEmpty: false),
        Field("legacy", new GoValue.Bool(pair.IsLegacy)),
    ]);

    private static GoValue.Struct Heredoc(Heredoc heredoc) => new("Heredoc",
    [
        Field("name", new GoValue.Text(heredoc.Name)),
        Field("expands", new GoValue.Bool(heredoc.Expands)),
        Field("stripsTabs", new GoValue.Bool(heredoc.StripsTabs)),
        Field("fileDescriptor", new GoValue.Integer(heredoc.FileDescriptor)),
        new GoField("body", "body", new GoValue.Text(heredoc.Body), OmitEmpty: false),
    ]);
}
