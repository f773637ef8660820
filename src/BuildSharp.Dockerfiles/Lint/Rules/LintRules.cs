namespace BuildSharp.Dockerfiles.Lint.Rules;

/// <summary>All lint rules, one per file.</summary>
public static partial class LintRules
{
    /// <summary>All rules in the order of their documentation.</summary>
    public static IReadOnlyList<LintRule> All { get; } =
    [
        StageNameCasing(), FromAsCasing(), NoEmptyContinuation(), ConsistentInstructionCasing(), DuplicateStageName(),
        ReservedStageName(), JsonArgsRecommended(), MaintainerDeprecated(), UndefinedArgInFrom(), WorkdirRelativePath(), UndefinedVar(),
        MultipleInstructionsDisallowed(), LegacyKeyValueFormat(), RedundantTargetPlatform(), SecretsUsedInArgOrEnv(),
        InvalidDefaultArgInFrom(), FromPlatformFlagConstDisallowed(), CopyIgnoredFile(), ExposeProtoCasing(), ExposeInvalidFormat(),
        InvalidDefinitionDescription(), InvalidBaseImagePlatform(),
    ];

    /// <summary>The rule with the name; null for none.</summary>
    public static LintRule? Find(string name) => All.FirstOrDefault(rule => rule.Name == name);
}
