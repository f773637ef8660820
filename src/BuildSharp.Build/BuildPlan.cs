using System.Globalization;
using System.Text;
using BuildSharp.Build.Contexts;
using BuildSharp.Build.Instructions;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Oci;

namespace BuildSharp.Build;

/// <summary>A Dockerfile and a request, turned into stages to build: variables of FROM lines expanded, the target found, what the caller
/// adds put in place. Pure: no store, no file, no container.</summary>
public sealed class BuildPlan
{
    private BuildPlan(StageGraph graph, IReadOnlySet<int> needed, BuildArguments arguments, BuildScope scope) =>
        (Graph, Needed, Arguments, Scope) = (graph, needed, arguments, scope);

    /// <summary>The stages up to the target.</summary>
    public StageGraph Graph { get; }

    /// <summary>Indexes of the stages that get built.</summary>
    public IReadOnlySet<int> Needed { get; }

    /// <summary>The arguments the caller gave.</summary>
    public BuildArguments Arguments { get; }

    /// <summary>What FROM lines see, and what stages start from.</summary>
    public BuildScope Scope { get; }

    /// <summary>Makes the plan.</summary>
    /// <exception cref="BuildSharpException">There is no such target, or a FROM line cannot be expanded.</exception>
    public static BuildPlan Create(Dockerfile dockerfile, BuildRequest request)
    {
        BuildArguments arguments = request.Arguments with { Target = request.Platform ?? Platform.Host, TargetStage = request.Target ?? "default" };
        BuildScope scope = dockerfile.GlobalArguments.Aggregate(BuildScope.Global(arguments), (before, line) => before.Declare(line));
        var planned = new List<PlannedStage>();
        var graph = new StageGraph(planned, request.NamedContexts);
        foreach (Stage stage in dockerfile.Stages)
        {
            var from = (FromInstruction)stage.From.Expand(scope.Lookup);
            string image = stage.Index == 0 && request.From is { } other ? other : from.Image;
            IReadOnlyList<Instruction> instructions = WithEnv(stage.Instructions, request.Env);
            if (request.StageLabels) instructions = WithStageLabels(instructions, from.StageName ?? stage.Index.ToString(CultureInfo.InvariantCulture), image);
            planned.Add(new PlannedStage(
                stage.Index, from.StageName, stage.From, BaseOf(image, stage.Index, graph, request.NamedContexts), PlatformOf(from, request.Platform), instructions));
        }

        int last = TargetOf(graph, request.Target);
        planned.RemoveRange(last + 1, planned.Count - last - 1);
        planned[last] = planned[last] with { Instructions = WithLabels(planned[last].Instructions, request.Labels) };
        IReadOnlySet<int> needed = request.SkipUnusedStages ? graph.Reachable() : Enumerable.Range(0, planned.Count).ToHashSet();
        Diagnostic[] mistakes = [.. needed.SelectMany(index => graph.Stages[index].Instructions)
            .SelectMany(instruction => WordCheck.Of(instruction).Concat(TransferFlags.Mistakes(instruction)))];
        return mistakes.Length == 0 ? new BuildPlan(graph, needed, arguments, scope) : throw new DockerfileException(mistakes);
    }

    /// <summary>Reads instructions that are not in the Dockerfile: a base's triggers, or what flags stand for.</summary>
    /// <param name="lines">One instruction each, heredocs included.</param>
    /// <param name="origin">What to call the place in messages.</param>
    internal static IReadOnlyList<Instruction> Read(IEnumerable<string> lines, string origin) =>
        // The grammar of a file asks for a FROM; it is not part of the result, nor counted in places.
        DockerfileParser.Parse([new SourceText("FROM scratch\n", origin), new SourceText(string.Join('\n', lines) + "\n", origin)]).Stages[0].Instructions;

    private static StageBase BaseOf(string image, int index, StageGraph graph, IReadOnlyDictionary<string, NamedContext> contexts) =>
        contexts.TryGetValue(image, out NamedContext? context) ? context is ImageContext other ? new ImageBase(other.Name) : new ContextBase(image)
        : image == "scratch" ? new ScratchBase()
        : graph.FindSource(image, index) is { } stage ? new EarlierStageBase(stage.Index)
        : new ImageBase(image);

    private static Platform? PlatformOf(FromInstruction from, Platform? requested) =>
        from.Platform is not { } text ? requested
        : text.Length > 0 ? Platform.Parse(text)
        : throw new DockerfileException(from.Span, "empty platform value from expression");

    private static int TargetOf(StageGraph graph, string? target) =>
        target is null ? graph.Stages.Count - 1
        : graph.Find(target, graph.Stages.Count) is { } stage ? stage.Index
        : throw new BuildSharpException($"the target \"{target}\" was not found in the provided Dockerfile{Known(graph, target)}");

    /// <summary>The stage that was meant, or else all there are when they are few enough to read.</summary>
    private static string Known(StageGraph graph, string target)
    {
        string[] all = [.. graph.Stages.Select(stage => stage.Name).OfType<string>().Distinct()], names = [.. all.Take(11)];
        if (Suggestion.Clause(target, all) is { Length: > 0 } meant) return meant;
        return names.Length switch
        {
            0 => ": none of its stages has a name",
            > 10 => "",
            _ => $": its named stages are {string.Join(", ", names)}",
        };
    }

    private static IReadOnlyList<Instruction> WithEnv(IReadOnlyList<Instruction> instructions, IReadOnlyList<KeyValuePair<string, string>> env) =>
        env.Count == 0 ? instructions : [.. Read(["ENV" + Pairs(env)], "--env"), .. instructions];

    // A stage that is its base and nothing more has no image of its own to label.
    private static IReadOnlyList<Instruction> WithStageLabels(IReadOnlyList<Instruction> instructions, string name, string image) =>
        instructions.Count == 0
            ? instructions
            : [.. Read(["LABEL" + Pairs([new("io.buildah.stage.name", name), new("io.buildah.stage.base", image)])], "--stage-labels"), .. instructions];

    private static IReadOnlyList<Instruction> WithLabels(
        IReadOnlyList<Instruction> instructions, IReadOnlyList<KeyValuePair<string, string>> labels) =>
        labels.Count == 0 ? instructions : [.. instructions, .. Read(["LABEL" + Pairs(labels)], "--label")];

    private static string Pairs(IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        var text = new StringBuilder();
        foreach ((string name, string value) in pairs) text.Append(CultureInfo.InvariantCulture, $" {Quoted(name)}={Quoted(value)}");
        return text.ToString();
    }

    private static string Quoted(string text) => $"\"{text.Replace("\\", @"\\").Replace("\"", "\\\"")}\"";
}
