using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Notation;

namespace BuildSharp.Dockerfiles.Lint.Rules;

/// <content>InvalidBaseImagePlatform</content>
public static partial class LintRules
{
    /// <summary>Finds nothing itself: only a build that has the base image can report it, with
    /// <see cref="BasePlatformMismatch"/>.</summary>
    private static LintRule InvalidBaseImagePlatform() => LintRule.Each(
        "InvalidBaseImagePlatform", "Base image platform does not match expected target platform", _ => []);

    /// <summary>Finding for a base image of another platform.</summary>
    public static Diagnostic BasePlatformMismatch(FromInstruction from, string image, BuildSharp.Oci.Platform expected, BuildSharp.Oci.Platform actual) => new(
        Severity.Warning,
        from.Span,
        $"Base image {image} was pulled with platform {GoQuoting.Quote(actual.ToString())}, expected {GoQuoting.Quote(expected.ToString())} for current build")
    {
        Rule = "InvalidBaseImagePlatform",
    };
}
