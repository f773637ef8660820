namespace BuildSharp.Dockerfiles.Lint;

/// <summary>All rules; each has a file of its own.</summary>
public static partial class LintRules
{
    /// <summary>All rules, in the order they are documented.</summary>
    public static IReadOnlyList<LintRule> All { get; } =
    [
        StageNameCasing(), FromAsCasing(), NoEmptyContinuation(), ConsistentInstructionCasing(), DuplicateStageName(),
        ReservedStageName(), JsonArgsRecommended(), MaintainerDeprecated(), UndefinedArgInFrom(), WorkdirRelativePath(), UndefinedVar(),
        MultipleInstructionsDisallowed(), LegacyKeyValueFormat(), RedundantTargetPlatform(), SecretsUsedInArgOrEnv(),
        InvalidDefaultArgInFrom(), FromPlatformFlagConstDisallowed(), CopyIgnoredFile(), ExposeProtoCasing(), ExposeInvalidFormat(),
        InvalidDefinitionDescription(), InvalidBaseImagePlatform(),
    ];

    /// <summary>The rule of that name, or null.</summary>
    public static LintRule? Find(string name) => All.FirstOrDefault(rule => rule.Name == name);
}
