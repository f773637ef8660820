using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Lint;

/// <summary>Facts about a whole file that some rules need before they examine its first line.</summary>
internal sealed class LintSurvey
{
    private readonly int[] _parents;
    private readonly int[] _lastChildren;
    private readonly StageSet _choosesShell;
    private readonly StageSet _hasWorkdir;

    private LintSurvey(int stages)
    {
        _parents = new int[stages];
        _lastChildren = new int[stages];
        _choosesShell = new StageSet(stages);
        _hasWorkdir = new StageSet(stages);
    }

    /// <summary>Whether most keywords are in lower case.</summary>
    public bool PrefersLowerCase { get; private set; }

    /// <summary>Collects the facts.</summary>
    public static LintSurvey Of(LintContext context)
    {
        var survey = new LintSurvey(context.Dockerfile.Stages.Count);
        var (stage, lower, upper) = (-1, 0, 0);
        foreach (var (statement, instruction) in context.Dockerfile.Everything)
        {
            var keyword = statement.Keyword.Text;
            if (statement.Form != ArgumentForm.Unknown && keyword == keyword.ToLowerInvariant())
            {
                lower++;
            }

            if (statement.Form != ArgumentForm.Unknown && keyword == keyword.ToUpperInvariant())
            {
                upper++;
            }

            if (instruction is FromInstruction from)
            {
                survey.Enter(++stage, context.Names.Find(from.Image, stage));
            }

            if (instruction is ShellInstruction && stage >= 0)
            {
                survey._choosesShell.Add(stage);
            }

            if (instruction is WorkdirInstruction && stage >= 0)
            {
                survey._hasWorkdir.Add(stage);
            }
        }

        survey.PrefersLowerCase = lower > upper;
        return survey;
    }

    /// <summary>The earlier stage that a stage is based on; null for none.</summary>
    public int? ParentOf(int stage) => _parents[stage] > 0 ? _parents[stage] - 1 : null;

    /// <summary>Whether a later stage than the given one is based on this stage.</summary>
    public bool IsParentAfter(int stage, int place) => _lastChildren[stage] > place;

    /// <summary>Whether the stage, or a stage that it is based on, contains SHELL.</summary>
    public bool ChoosesShell(int stage) => _choosesShell.Contains(stage);

    /// <summary>Whether the stage, or a stage that it is based on, contains WORKDIR.</summary>
    public bool HasWorkdir(int stage) => _hasWorkdir.Contains(stage);

    private void Enter(int stage, int? from)
    {
        if (from is not { } parent)
        {
            return;
        }

        _parents[stage] = parent + 1;
        _lastChildren[parent] = stage;
        if (_choosesShell.Contains(parent))
        {
            _choosesShell.Add(stage);
        }

        if (_hasWorkdir.Contains(parent))
        {
            _hasWorkdir.Add(stage);
        }
    }
}
