using BuildSharp.Dockerfiles.Ignoring;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Notation;

namespace BuildSharp.Dockerfiles.Lint.Rules;

/// <content>CopyIgnoredFile</content>
public static partial class LintRules
{
    private static readonly string[] WholeContext = ["*", "**", "**/*"];

    private static LintRule CopyIgnoredFile() => new(
        "CopyIgnoredFile", "Attempting to COPY file that is excluded by .dockerignore",
        context => step =>
        {
            if (context.Ignored is not { } ignored)
            {
                return [];
            }

            if (step is not { IsBuilt: true, Instruction: AddOrCopyInstruction addOrCopy } || addOrCopy is CopyInstruction { From: not null })
            {
                return [];
            }

            return
                from source in addOrCopy.Sources.OfType<PathSource>()
                where IsLeftOut(ignored, source.Path)
                select step.At($"Attempting to {(addOrCopy is AddInstruction ? "Add" : "Copy")} file {GoQuoting.Quote(source.Path)} that is excluded by .dockerignore");
        });

    private static bool IsLeftOut(IgnoreFile ignored, string source)
    {
        if (source.Contains("://", StringComparison.Ordinal) || ignored.Patterns.Any(pattern => pattern.IsException))
        {
            return false;
        }

        var path = SlashPath.Clean(source).TrimStart('/');
        return path is "." or ""
            ? ignored.Patterns.Any(pattern => WholeContext.Contains(pattern.Glob.Text))
            : ignored.IsIgnored(path);
    }
}
