using BuildSharp.Dockerfiles.Grammar;
using BuildSharp.Dockerfiles.Grammar.Combinators;

namespace BuildSharp.Dockerfiles.Lint;

/// <summary>Runs the rules over a file.</summary>
public static class Linter
{
    /// <summary>As many findings of each rule are told; the others are counted.</summary>
    private const int Told = 200;

    /// <summary>What the rules find, by place.</summary>
    /// <param name="context">The tree and what the build was given.</param>
    /// <param name="overriding">Options that replace those of the file, as <c>BUILDKIT_DOCKERFILE_CHECK</c> does; null uses the file's.</param>
    /// <exception cref="DockerfileException">The file's <c># check=</c> directive is malformed.</exception>
    public static LintReport Run(LintContext context, LintOptions? overriding = null)
    {
        var options = overriding ?? OptionsOf(context.Dockerfile);
        var above = new Dictionary<Statement, IReadOnlyList<LintOptions>>(ReferenceEqualityComparer.Instance);
        var told = new List<Diagnostic>();
        var total = 0;
        foreach (var rule in LintRules.All.Where(options.Allows))
        {
            var count = 0;
            foreach (var finding in rule.Find(context))
            {
                if (IsSkippedAbove(rule, finding.Statement, above) || count++ >= Told) continue;
                told.Add(new Diagnostic(Severity.Warning, finding.Span, finding.Message) { Rule = rule.Name, Hints = finding.Hints });
            }

            total += count;
        }

        return new LintReport([.. told.OrderBy(finding => finding.Span.Start.Line)], total);
    }

    /// <summary>The options of a file's <c># check=</c> directive.</summary>
    /// <exception cref="DockerfileException">It is malformed.</exception>
    public static LintOptions OptionsOf(Dockerfile dockerfile)
    {
        if (DirectiveSearch.Find(dockerfile.Sources[0], "check", anyForm: false) is not { } directive) return new LintOptions();
        try
        {
            return LintOptions.Parse(directive.Value);
        }
        catch (FormatException error)
        {
            throw new DockerfileException(directive.Span, $"failed to parse check options: {error.Message}");
        }
    }

    /// <summary>The failure when findings count as errors.</summary>
    /// <param name="findings">At least one.</param>
    public static DockerfileException Violation(IReadOnlyList<Diagnostic> findings)
    {
        var rules = string.Join(", ", findings.Select(finding => finding.Rule!).Distinct().Order(StringComparer.Ordinal));
        var first = new Diagnostic(Severity.Error, findings[0].Span, $"lint violation found for rules: {rules}");
        return new DockerfileException([first, .. findings]);
    }

    /// <summary>Whether a comment right above the instruction switches the rule off for it.</summary>
    private static bool IsSkippedAbove(LintRule rule, Statement? statement, Dictionary<Statement, IReadOnlyList<LintOptions>> above)
    {
        if (statement is null || statement.Comments.Count == 0) return false;
        if (!above.TryGetValue(statement, out var options)) above[statement] = options = [.. statement.Comments.Select(Read).OfType<LintOptions>()];
        return options.Any(option => option.Skip.Contains(rule.Name) || (option.SkipAll && !rule.IsExperimental));
    }

    private static LintOptions? Read(Word comment)
    {
        if (!DirectiveGrammar.Directive.TryReadAll("#" + comment.Text, out var directive) ||
            !directive.Name.Equals("check", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        try
        {
            return LintOptions.Parse(directive.Value);
        }
        catch (FormatException)
        {
            // A comment that only looks like options stays a comment.
            return null;
        }
    }
}
