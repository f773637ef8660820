using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Lint.Rules;

namespace BuildSharp.Dockerfiles.Lint;

/// <summary>Runs the lint rules.</summary>
public static class Linter
{
    /// <summary>Number of findings per rule that are kept; further ones are only counted.</summary>
    private const int Told = 200;

    /// <summary>Findings of all rules in order of their places.</summary>
    /// <param name="context">The parsed file and the arguments of the build.</param>
    /// <param name="overriding">Options that replace those of the file, as <c>BUILDKIT_DOCKERFILE_CHECK</c> does; null to use the
    /// file's.</param>
    /// <exception cref="DockerfileException">The file's <c># check=</c> directive is malformed.</exception>
    public static LintReport Run(LintContext context, LintOptions? overriding = null)
    {
        var options = overriding ?? OptionsOf(context.Dockerfile);
        var told = new List<Diagnostic>();
        var total = 0;
        var above = new OptionsAbove();
        var running = LintRules.All.Where(options.Allows).Select(rule => new RunningRule(rule, rule.Begin(context))).ToArray();
        foreach (var step in context.Steps)
        {
            foreach (var rule in running)
            {
                foreach (var finding in rule.Find(step))
                {
                    if (above.Skip(rule.Rule, finding.Statement))
                    {
                        continue;
                    }

                    total++;
                    if (rule.Count++ >= Told)
                    {
                        continue;
                    }

                    told.Add(new Diagnostic(Severity.Warning, finding.Span, finding.Message) { Rule = rule.Rule.Name, Hints = finding.Hints });
                }
            }
        }

        return new LintReport([.. told.OrderBy(finding => finding.Span.Start.Line)], total);
    }

    /// <summary>Options of the file's <c># check=</c> directive.</summary>
    /// <exception cref="DockerfileException">The directive is malformed.</exception>
    public static LintOptions OptionsOf(Dockerfile dockerfile)
    {
        if (DirectiveSearch.Find(dockerfile.Sources[0], "check", anyForm: false) is not { } directive)
        {
            return new LintOptions();
        }

        try
        {
            return LintOptions.Parse(directive.Value);
        }
        catch (FormatException error)
        {
            throw new DockerfileException(directive.Span, $"failed to parse check options: {error.Message}");
        }
    }

    /// <summary>Creates the exception for findings that count as errors.</summary>
    /// <param name="findings">The findings; at least one.</param>
    public static DockerfileException Violation(IReadOnlyList<Diagnostic> findings)
    {
        var rules = string.Join(", ", findings.Select(finding => finding.Rule!).Distinct().Order(StringComparer.Ordinal));
        var first = new Diagnostic(Severity.Error, findings[0].Span, $"lint violation found for rules: {rules}");
        return new DockerfileException([first, .. findings]);
    }

    /// <summary>A rule during its pass through a file.</summary>
    private sealed class RunningRule(LintRule rule, Func<LintStep, IEnumerable<LintFinding>> find)
    {
        public LintRule Rule => rule;

        public Func<LintStep, IEnumerable<LintFinding>> Find => find;

        /// <summary>Number of findings so far.</summary>
        public int Count { get; set; }
    }
}
