using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Notation;

namespace BuildSharp.Build;

/// <summary>The <c>created_by</c> texts of history entries. Identical to buildah's, so that both tools can use each other's images as
/// cache.</summary>
internal static class HistoryText
{
    /// <summary>Text for an image without instructions.</summary>
    public const string Nothing = "/bin/sh";

    private const string NoCommand = "/bin/sh -c #(nop) ";

    /// <summary>Text for one instruction.</summary>
    /// <param name="instruction">The instruction as written.</param>
    /// <param name="content">For COPY and ADD: kind and digest of the added content; for RUN: digests of the content of bind mounts, with a
    /// colon before each.</param>
    /// <param name="scope">Variables visible after the instruction.</param>
    /// <param name="request">The build; its flags for labels, annotations and file times are part of the text.</param>
    /// <param name="isResult">Whether the instruction is the last one, which adds the annotations.</param>
    public static string Of(Instruction instruction, string content, BuildScope scope, BuildRequest request, bool isResult) => instruction switch
    {
        ArgInstruction => $"{NoCommand}ARG {string.Join(' ', Valued(scope))}{Notes(request, isResult, "")}",
        RunInstruction => $"{Arguments(scope)}/bin/sh -c {Bodies(instruction, instruction.Original.Length > 4 ? instruction.Original[4..] : "")}"
            + content + string.Concat(request.Mounts.Select(Text)) + Notes(request, isResult, ""),
        AddOrCopyInstruction addOrCopy =>
            $"{NoCommand}{instruction.Name} {(addOrCopy.Link && request.Layers ? "--link " : "")}{content} in {instruction.Statement.Arguments[^1].Text} {Notes(request, isResult, " ")}",
        _ => NoCommand + instruction.Original + Notes(request, isResult, ""),
    };

    private static string Notes(BuildRequest request, bool isResult, string separator) => string.Join(
        separator,
        string.Concat(request.UnsetLabels.Select(label => $"|unsetLabel={label}")),
        request.InheritLabels ? "" : "|inheritLabels=false",
        isResult ? string.Concat(request.UnsetAnnotations.Order(StringComparer.Ordinal).Select(key => $"|unsetAnnotation={key}")) : "",
        isResult && !request.InheritAnnotations ? "|inheritAnnotations=false" : "",
        request.Timestamp is { } forced ? $"|force-mtime={forced.UnixSeconds}"
            : request is { SourceDateEpoch: { } latest, RewriteTimestamp: true } ? $"|clamp-mtime={latest.UnixSeconds}"
            : "",
        isResult ? string.Join(',', request.Annotations.Select(annotation => $"{annotation.Key}={annotation.Value}")) : "");

    private static string Arguments(BuildScope scope)
    {
        // An ENV variable of the same name has precedence over the argument's value.
        var list = string.Join(' ', Valued(scope).Select(name => $"{name}={scope.Lookup(name)}"));
        // Like buildah, counts words between blanks: a value with a blank counts twice.
        return list.Length == 0 ? "" : $"|{list.Split(' ').Length} {list} ";
    }

    private static IEnumerable<string> Valued(BuildScope scope) =>
        scope.Arguments.Where(argument => argument.Value is not null).Select(argument => argument.Key).Order(StringComparer.Ordinal);

    /// <summary>Text for a mount of the command line. buildah's lacks it, but with another secret or cache the step is another one.</summary>
    public static string Text(MountOptions mount) =>
        "|mount=" + string.Join(',', mount.Fields.Select(field => field.Value is null ? field.Key : $"{field.Key}={field.Value}"));

    // buildah removes all blanks around a body. To a command they may matter, so a text without them would describe two different steps.
    private static string Bodies(Instruction instruction, string line) =>
        string.Join('\n', instruction.Statement.Heredocs.Select(heredoc => WithoutLastEnd(heredoc.Body)).Prepend(line));

    private static string WithoutLastEnd(string body) =>
        body.EndsWith("\r\n", StringComparison.Ordinal) ? body[..^2] : body.EndsWith('\n') ? body[..^1] : body;
}
