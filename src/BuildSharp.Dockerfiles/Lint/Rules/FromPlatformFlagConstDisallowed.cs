using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Notation;

namespace BuildSharp.Dockerfiles.Lint.Rules;

/// <content>FromPlatformFlagConstDisallowed</content>
public static partial class LintRules
{
    private static LintRule FromPlatformFlagConstDisallowed() => LintRule.Each(
        "FromPlatformFlagConstDisallowed", "FROM --platform flag should not use a constant value",
        step => step.Instruction is FromInstruction { Platform: { Length: > 0 } platform } from && !platform.Contains('$') && !IsNamedFor(from.StageName, platform)
            ? [step.At($"FROM --platform flag should not use constant value {GoQuoting.Quote(platform)}")]
            : []);

    /// <summary>Whether the stage's name contains the operating system or architecture, which shows that the platform is
    /// intended.</summary>
    private static bool IsNamedFor(string? stage, string platform) => stage is not null &&
        platform.Split('/').Take(2).Any(part => part.Length > 0 && stage.Contains(part, StringComparison.OrdinalIgnoreCase));
}
