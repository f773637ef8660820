using BuildSharp.Dockerfiles.Grammar;
using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Lint;

/// <summary>Rules that the comments directly above a statement disable for it. Caches the last statement, because several rules ask about
/// it.</summary>
internal sealed class OptionsAbove
{
    private Statement? _statement;
    private IReadOnlyList<LintOptions> _options = [];

    /// <summary>Whether a rule is disabled for the statement.</summary>
    public bool Skip(LintRule rule, Statement at)
    {
        if (at.Comments.Count == 0)
        {
            return false;
        }

        if (!ReferenceEquals(at, _statement))
        {
            (_statement, _options) = (at, [.. at.Comments.Select(Read).OfType<LintOptions>()]);
        }

        return _options.Any(option => option.Skip.Contains(rule.Name) || (option.SkipAll && !rule.IsExperimental));
    }

    private static LintOptions? Read(Word comment)
    {
        if (!DirectiveGrammar.Directive.TryRead("#" + comment.Text, out var directive) ||
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
            // Not valid options, so it is an ordinary comment.
            return null;
        }
    }
}
