using System.Globalization;
using System.Text;
using BuildSharp.Build.Contexts;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Build;

/// <summary>Plans the stages of a file: expands FROM lines, determines the base of each stage, and adds instructions from flags.</summary>
internal sealed class StagePlanner
{
    private readonly Dockerfile _dockerfile;
    private readonly BuildRequest _request;
    private readonly BuildScope _scope;
    private readonly IReadOnlyList<Instruction> _env;
    private readonly IReadOnlyList<Instruction> _labels;

    /// <param name="dockerfile">The parsed file.</param>
    /// <param name="request">The build.</param>
    /// <param name="scope">Variables visible in FROM lines.</param>
    /// <exception cref="BuildSharpException">A FROM line cannot be expanded.</exception>
    public StagePlanner(Dockerfile dockerfile, BuildRequest request, BuildScope scope)
    {
        (_dockerfile, _request, _scope) = (dockerfile, request, scope);
        _env = request.Env.Count == 0 ? [] : Read(["ENV" + Pairs(request.Env)], "--env");
        _labels = request.Labels.Count == 0 ? [] : Read(["LABEL" + Pairs(request.Labels)], "--label");
        Names = new StageLookup(dockerfile.Stages.Select(CheckedName));
    }

    /// <summary>Names of all stages in file order, including those after the target.</summary>
    public IEnumerable<string> AllNames => _dockerfile.Stages.Select(stage => Expanded(stage).StageName).OfType<string>();

    /// <summary>Finds stages by name.</summary>
    public StageLookup Names { get; }

    /// <summary>The stages up to the target.</summary>
    /// <param name="last">Index of the target stage.</param>
    public IReadOnlyList<PlannedStage> UpTo(int last) => [.. _dockerfile.Stages.Take(last + 1).Select(stage => Plan(stage, isLast: stage.Index == last))];

    /// <summary>Parses instructions that come from flags.</summary>
    /// <param name="lines">One instruction each, heredocs included.</param>
    /// <param name="origin">Name of the source in messages.</param>
    internal static IReadOnlyList<Instruction> Read(IEnumerable<string> lines, string origin) =>
        // The grammar requires a FROM first; in a source of its own, it does not change the line numbers.
        DockerfileParser.Parse([new SourceText("FROM scratch\n", origin), new SourceText(string.Join('\n', lines) + "\n", origin)]).Stages[0].Instructions;

    private FromInstruction Expanded(Stage stage) => (FromInstruction)stage.From.Expand(_scope.Lookup);

    private string? CheckedName(Stage stage)
    {
        var from = Expanded(stage);
        PlatformOf(from);
        return from.StageName;
    }

    private PlannedStage Plan(Stage stage, bool isLast)
    {
        var from = Expanded(stage);
        var image = stage.Index == 0 && _request.From is { } other ? other : from.Image;
        IReadOnlyList<Instruction> instructions = [.. _env, .. stage.Instructions];
        if (_request.StageLabels)
        {
            instructions = WithStageLabels(instructions, from.StageName ?? stage.Index.ToString(CultureInfo.InvariantCulture), image);
        }

        if (isLast)
        {
            instructions = [.. instructions, .. _labels];
        }

        return new PlannedStage(stage.Index, from.StageName, stage.From, BaseOf(image, stage.Index), PlatformOf(from), instructions);
    }

    private StageBase BaseOf(string image, int index) =>
        _request.NamedContexts.TryGetValue(image, out var context) ? context is ImageContext other ? new ImageBase(other.Name) : new ContextBase(image)
        : image == "scratch" ? new ScratchBase()
        : Names.Find(image, index) is { } stage ? new EarlierStageBase(stage)
        : new ImageBase(image);

    private Platform? PlatformOf(FromInstruction from)
    {
        if (from.Platform is not { } text)
        {
            return _request.Platform;
        }

        Word flag = from.Statement.Flags.First(flag => flag.Text.StartsWith("--platform=", StringComparison.Ordinal));
        if (text.Length == 0)
        {
            var written = flag.Text["--platform=".Length..];
            var expansion = new VariableExpansion(_scope.Lookup, from.EscapeToken);
            expansion.Expand(written);
            var known = BuildArguments.AutomaticNames.Concat(_dockerfile.GlobalArguments.SelectMany(arg => arg.Arguments).Select(arg => arg.Name));
            var meant = expansion.Unset.FirstOrDefault() is { } unset ? Suggestion.Clause(unset, known) : "";
            throw new DockerfileException(flag.Span, $"empty platform value from expression {written}{meant}");
        }

        try
        {
            return Platform.Parse(text);
        }
        catch (BuildSharpException error)
        {
            throw new DockerfileException(flag.Span, error.Message);
        }
    }

    // A stage without instructions is its base image, which must not be changed.
    private static IReadOnlyList<Instruction> WithStageLabels(IReadOnlyList<Instruction> instructions, string name, string image) =>
        instructions.Count == 0
            ? instructions
            : [.. Read(["LABEL" + Pairs([new("io.buildah.stage.name", name), new("io.buildah.stage.base", image)])], "--stage-labels"), .. instructions];

    private static string Pairs(IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        var text = new StringBuilder();
        foreach ((var name, var value) in pairs)
        {
            text.Append(CultureInfo.InvariantCulture, $" {Quoted(name)}={Quoted(value)}");
        }

        return text.ToString();
    }

    private static string Quoted(string text) => $"\"{text.Replace("\\", @"\\").Replace("\"", "\\\"")}\"";
}
