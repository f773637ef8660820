using BuildSharp.Dockerfiles.Ignoring;

namespace BuildSharp.Dockerfiles.Lint;

/// <content>CopyIgnoredFile</content>
public static partial class LintRules
{
    private static readonly string[] WholeContext = ["*", "**", "**/*"];

    private static LintRule CopyIgnoredFile() => new(
        "CopyIgnoredFile", "Attempting to COPY file that is excluded by .dockerignore",
        context =>
            from instruction in context.BuiltInstructions.OfType<TransferInstruction>()
            where instruction is not CopyInstruction { From: not null }
            from source in instruction.Sources.OfType<PathSource>()
            where context.Ignored is not null && IsLeftOut(context.Ignored, source.Path)
            select LintContext.At(
                instruction,
                $"Attempting to {(instruction is AddInstruction ? "Add" : "Copy")} file {GoQuoting.Quote(source.Path)} that is excluded by .dockerignore"));

    private static bool IsLeftOut(IgnoreFile ignored, string source)
    {
        if (source.Contains("://", StringComparison.Ordinal) || ignored.Patterns.Any(pattern => pattern.IsException)) return false;
        var path = ContextPath.Clean(source).TrimStart('/');
        return path is "." or ""
            ? ignored.Patterns.Any(pattern => WholeContext.Contains(pattern.Glob.Text))
            : ignored.IsIgnored(path);
    }
}
