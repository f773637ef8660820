using BuildSharp.Dockerfiles.Grammar;
using BuildSharp.Notation;
using Pidgin;

namespace BuildSharp.Dockerfiles.Lint;

/// <summary>Options from a <c># check=</c> directive, a comment above an instruction, or <c>BUILDKIT_DOCKERFILE_CHECK</c>.</summary>
public sealed record LintOptions
{
    /// <summary>Rules to skip.</summary>
    public IReadOnlyList<string> Skip { get; init; } = [];

    /// <summary>Whether to skip all rules.</summary>
    public bool SkipAll { get; init; }

    /// <summary>Experimental rules to run.</summary>
    public IReadOnlyList<string> Experimental { get; init; } = [];

    /// <summary>Whether to run all experimental rules.</summary>
    public bool ExperimentalAll { get; init; }

    /// <summary>Whether a finding is an error that fails the build.</summary>
    public bool IsError { get; init; }

    /// <summary>Parses options such as <c>skip=Rule1,Rule2;error=true</c>. Text after the first blank is ignored.</summary>
    /// <exception cref="FormatException">An option or its value is unknown.</exception>
    public static LintOptions Parse(string text)
    {
        var end = text.IndexOf(' ');
        var options = new LintOptions();
        foreach (var (key, values) in CheckGrammar.CheckOptions.ParseOrThrow(end < 0 ? text : text[..end]))
        {
            options = key switch
            {
                "skip" when values is ["all"] => options with { SkipAll = true },
                "skip" => options with { Skip = values },
                "experimental" when values is ["all"] => options with { ExperimentalAll = true },
                "experimental" => options with { Experimental = values },
                "error" when values is [var value] && bool.TryParse(value, out var isError) => options with { IsError = isError },
                "error" => throw new FormatException($"failed to parse check option {GoQuoting.Quote("error=" + string.Join(',', values))}"),
                "" => options,
                _ => throw new FormatException($"invalid check option {GoQuoting.Quote(key)}{Suggestion.Clause(key, ["skip", "error", "experimental"])}"),
            };
        }

        return options;
    }

    /// <summary>Whether to run a rule.</summary>
    public bool Allows(LintRule rule) => rule.IsExperimental
        ? (ExperimentalAll || Experimental.Contains(rule.Name)) && !Skip.Contains(rule.Name)
        : !SkipAll && !Skip.Contains(rule.Name);
}
