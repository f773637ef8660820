using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Notation;

namespace BuildSharp.Dockerfiles.Lint;

/// <summary>Tracks which variables are set. Base images are not read, so a stage based on an image other than <c>scratch</c> or an earlier
/// stage may have further variables.</summary>
internal sealed class VariableUse(LintContext context)
{
    private const string DefaultPath = "PATH";

    private static readonly VariableMap Start = Declared(VariableMap.Empty, BuildArguments.Proxies.Append(DefaultPath));

    /// <summary>Variables at the end of stages that later stages are based on. The maps share inherited entries: a chain of a thousand
    /// stages with one variable each must not copy half a million names.</summary>
    private readonly Dictionary<int, VariableMap> _ends = [];
    private VariableMap _visible = Start;
    private int _stage = -1;

    /// <summary>Names that ARG declares before the first FROM.</summary>
    public VariableMap Global { get; private set; } = VariableMap.Empty;

    /// <summary>Names visible to the last step.</summary>
    public VariableMap Known { get; private set; } = Start;

    /// <summary>Processes a step.</summary>
    /// <returns>Variables that the step uses and that are not set.</returns>
    public IReadOnlyList<string> Take(LintStep step)
    {
        if (step.Stage != _stage)
        {
            Enter(step.Stage);
        }

        if (step.Stage < 0)
        {
            if (step.Instruction is ArgInstruction global)
            {
                Global = Declared(Global, global.Arguments.Select(argument => argument.Name));
            }

            return [];
        }

        if (step.Instruction is not { } instruction)
        {
            return [];
        }

        Known = _visible;
        var missing = step.IsBuilt ? Missing(instruction, Words(instruction, context.Arguments), _visible.Contains) : [];
        _visible = instruction switch
        {
            EnvInstruction env => Declared(_visible, env.Pairs.Select(pair => pair.Name)),
            ArgInstruction arg => Declared(_visible, arg.Arguments.Select(argument => argument.Name)),
            _ => _visible,
        };
        return missing;
    }

    private void Enter(int next)
    {
        if (_stage >= 0 && context.Survey.IsParentAfter(_stage, _stage))
        {
            _ends[_stage] = _visible;
        }

        _stage = next;
        _visible = Start;
        if (context.Survey.ParentOf(next) is not { } parent)
        {
            return;
        }

        _visible = _ends[parent];
        if (!context.Survey.IsParentAfter(parent, next))
        {
            _ends.Remove(parent);
        }
    }

    /// <summary>A hint with the most similar known name. Limited to the first hundred problems and a thousand names, to bound the
    /// time.</summary>
    public static string Meant(string name, VariableMap known, int index, string prefix = "") =>
        index < 100 && known.Count < 1000 ? Suggestion.Clause(name, known.Names.Except(BuildArguments.Proxies).Order(StringComparer.Ordinal), prefix) : "";

    /// <summary>Adds names without values.</summary>
    public static VariableMap Declared(VariableMap before, IEnumerable<string> names) => names.Aggregate(before, (map, name) => map.With(name, null));

    /// <summary>Variables in the words that are not visible, in order.</summary>
    public static IReadOnlyList<string> Missing(Instruction instruction, IEnumerable<string> words, Func<string, bool> isVisible)
    {
        VariableExpansion? expansion = null;
        foreach (var word in words.Where(word => word.Contains('$')))
        {
            expansion ??= new VariableExpansion(name => isVisible(name) ? name : null, instruction.EscapeToken);
            try
            {
                expansion.Expand(word);
            }
            catch (ExpansionException)
            {
                // The build reports the error; only names matter here.
            }
        }

        return expansion is null
            ? []
            : [.. expansion.Unset.Where(name => name.Length > 0 && (char.IsLetter(name[0]) || name[0] == '_')).Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Words(Instruction instruction, BuildArguments arguments) => instruction switch
    {
        AddOrCopyInstruction addOrCopy => addOrCopy.Sources.OfType<PathSource>().Select(source => source.Path)
            .Concat([addOrCopy.Destination, addOrCopy.Chown ?? "", addOrCopy.Chmod ?? "", (addOrCopy as AddInstruction)?.Checksum ?? ""]),
        EnvInstruction env => env.Pairs.SelectMany(pair => new[] { pair.Name, pair.Value }),
        LabelInstruction label => label.Pairs.SelectMany(pair => new[] { pair.Name, pair.Value }),
        ArgInstruction arg => arg.Arguments.Where(a => a.Default is not null && !arguments.Given.ContainsKey(a.Name)).Select(a => a.Default!),
        WorkdirInstruction workdir => [workdir.Path],
        UserInstruction user => [user.User],
        StopSignalInstruction stop => [stop.Signal],
        VolumeInstruction volume => volume.Paths,
        ExposeInstruction expose => expose.Ports.Select(port => port.Text),
        RunInstruction run => run.Mounts.SelectMany(mount => mount.Options.Fields).Where(field => field.Key != "from").Select(field => field.Value ?? ""),
        _ => [],
    };
}
