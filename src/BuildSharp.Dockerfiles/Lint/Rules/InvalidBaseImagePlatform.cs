using BuildSharp.Notation;

namespace BuildSharp.Dockerfiles.Lint;

/// <content>InvalidBaseImagePlatform</content>
public static partial class LintRules
{
    /// <summary>Only a build that has the base image can tell; it reports through <see cref="BasePlatformMismatch"/>.</summary>
    private static LintRule InvalidBaseImagePlatform() => LintRule.Each(
        "InvalidBaseImagePlatform", "Base image platform does not match expected target platform", _ => []);

    /// <summary>The finding of a build whose base image is for another platform.</summary>
    public static Diagnostic BasePlatformMismatch(FromInstruction from, string image, Oci.Platform expected, Oci.Platform actual) => new(
        Severity.Warning,
        from.Span,
        $"Base image {image} was pulled with platform {GoQuoting.Quote(actual.ToString())}, expected {GoQuoting.Quote(expected.ToString())} for current build")
    {
        Rule = "InvalidBaseImagePlatform",
    };
}
