using System.Collections.Immutable;
using BuildSharp.Dockerfiles.Expansion;

namespace BuildSharp.Dockerfiles.Lint;

/// <summary>Which variables instructions use while they are not set. Base images are not looked at: their variables are unknown here, so a
/// stage from an image other than <c>scratch</c> or an earlier stage may see more.</summary>
internal sealed class VariableUse
{
    private const string DefaultPath = "PATH";

    /// <summary>Instructions with the variables that nothing before them declares, and the names that would have been there.</summary>
    public List<(Instruction Instruction, string Name, IReadOnlyCollection<string> Known)> Undefined { get; } = [];

    /// <summary>FROM lines with the variables that no global ARG declares.</summary>
    public List<(FromInstruction From, string Name, IReadOnlyCollection<string> Known)> UndefinedInFrom { get; } = [];

    /// <summary>The names that ARG declares before the first FROM.</summary>
    public HashSet<string> Global { get; } = [];

    /// <summary>Follows the scopes through a file.</summary>
    public static VariableUse Of(LintContext context)
    {
        var (dockerfile, arguments) = (context.Dockerfile, context.Arguments);
        var built = context.BuiltStages.Select(stage => stage.Index).ToHashSet();
        var use = new VariableUse();
        var global = new HashSet<string>(BuildArguments.AutomaticNames);
        foreach (var arg in dockerfile.GlobalArguments) use.Global.UnionWith(arg.Arguments.Select(a => a.Name));
        global.UnionWith(use.Global);
        var start = ImmutableHashSet.CreateRange(BuildArguments.Proxies.Append(DefaultPath));
        var ends = new Dictionary<string, ImmutableHashSet<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var stage in dockerfile.Stages)
        {
            foreach (var name in Missing(stage.From, [stage.From.Image, stage.From.Platform ?? ""], global))
            {
                use.UndefinedInFrom.Add((stage.From, name, global));
            }

            // Stages share what they inherit: a chain of a thousand, each with a variable of its own, must not copy half a million names.
            var visible = ends.GetValueOrDefault(stage.From.Image, start);
            foreach (var instruction in stage.Instructions) visible = use.Follow(instruction, visible, arguments, built.Contains(stage.Index));
            if (stage.Name is { } stageName) ends[stageName] = visible;
        }

        return use;
    }

    private ImmutableHashSet<string> Follow(Instruction instruction, ImmutableHashSet<string> visible, BuildArguments arguments, bool isBuilt)
    {
        var missing = isBuilt ? Missing(instruction, Words(instruction, arguments), visible) : [];
        foreach (var name in missing) Undefined.Add((instruction, name, visible));
        return instruction switch
        {
            EnvInstruction env => visible.Union(env.Pairs.Select(pair => pair.Name)),
            ArgInstruction arg => visible.Union(arg.Arguments.Select(a => a.Name)),
            _ => visible,
        };
    }

    /// <summary>What a name was meant to be. Only the first hundred are thought about: a file with more has another problem.</summary>
    public static string Meant(string name, IReadOnlyCollection<string> known, int index, string prefix = "") =>
        index < 100 ? Suggestion.Clause(name, known.Except(BuildArguments.Proxies).Order(StringComparer.Ordinal), prefix) : "";

    private static IEnumerable<string> Words(Instruction instruction, BuildArguments arguments) => instruction switch
    {
        TransferInstruction transfer => transfer.Sources.OfType<PathSource>().Select(source => source.Path)
            .Concat([transfer.Destination, transfer.Chown ?? "", transfer.Chmod ?? "", (transfer as AddInstruction)?.Checksum ?? ""]),
        EnvInstruction env => env.Pairs.SelectMany(pair => new[] { pair.Name, pair.Value }),
        LabelInstruction label => label.Pairs.SelectMany(pair => new[] { pair.Name, pair.Value }),
        ArgInstruction arg => arg.Arguments.Where(a => a.Default is not null && !arguments.Given.ContainsKey(a.Name)).Select(a => a.Default!),
        WorkdirInstruction workdir => [workdir.Path],
        UserInstruction user => [user.User],
        StopSignalInstruction stop => [stop.Signal],
        VolumeInstruction volume => volume.Paths,
        ExposeInstruction expose => expose.Ports.Select(port => port.Text),
        RunInstruction run => run.Mounts.SelectMany(mount => mount.Fields).Where(field => field.Key != "from").Select(field => field.Value ?? ""),
        _ => [],
    };

    private static IEnumerable<string> Missing(Instruction instruction, IEnumerable<string> words, IReadOnlySet<string> visible)
    {
        var expansion = new VariableExpansion(name => visible.Contains(name) ? name : null, instruction.EscapeToken);
        foreach (var word in words)
        {
            try
            {
                expansion.Expand(word);
            }
            catch (ExpansionException)
            {
                // The build says so; here only names count.
            }
        }

        return expansion.Unset.Where(name => name.Length > 0 && (char.IsLetter(name[0]) || name[0] == '_')).Order(StringComparer.Ordinal);
    }
}
