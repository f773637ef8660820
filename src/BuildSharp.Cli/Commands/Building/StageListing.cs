using System.Globalization;
using BuildSharp.Build;
using BuildSharp.Cli.Output;
using BuildSharp.Dockerfiles.Instructions;

namespace BuildSharp.Cli.Commands.Building;

/// <summary>Prints the stages of a plan and their dependencies, as a table or as JSON.</summary>
internal static class StageListing
{
    public static void Write(Invocation call, BuildPlan plan)
    {
        if (call.Flags.Bool("json"))
        {
            DockerfileVerb.Write(call, plan.Graph.Stages, stage => Value(stage, plan), static (_, _) => { });
            return;
        }

        TabWriter.Write(plan.Graph.Stages.Select(stage => Row(stage, plan)).Prepend("STAGE\tNAME\tFROM\tUSES\tBUILT"), call.Out);
    }

    private static string Row(PlannedStage stage, BuildPlan plan)
    {
        var from = stage.Base is EarlierStageBase earlier ? Shown(plan.Graph.Stages[earlier.Index]) : Written(stage.Base);
        if (stage.From.Platform is not null)
        {
            from += $" ({stage.Platform})";
        }

        var uses = string.Join(", ", Sources(stage).Select(name => plan.Graph.Find(name, stage.Index) is { } source ? Shown(source) : name).Distinct());
        return $"{stage.Index}\t{stage.Name}\t{from}\t{uses}\t{(plan.Needed.Contains(stage.Index) ? "yes" : "no")}";
    }

    private static GoValue Value(PlannedStage stage, BuildPlan plan)
    {
        var uses = Sources(stage).ToLookup(name => plan.Graph.Find(name, stage.Index) is null);
        return new GoValue.Struct("Stage",
        [
            new GoField("stage", "stage", new GoValue.Integer(stage.Index)),
            StatementValue.Field("name", stage.Name is { } name ? new GoValue.Text(name) : GoValue.None),
            stage.Base is EarlierStageBase earlier
                ? new GoField("fromStage", "fromStage", new GoValue.Integer(earlier.Index))
                : new GoField("from", "from", new GoValue.Text(Written(stage.Base))),
            StatementValue.Field("platform", stage.Platform is { } platform ? new GoValue.Text(platform.ToString()) : GoValue.None),
            StatementValue.Field("usesStages", new GoValue.List(
                [.. uses[false].Select(name => plan.Graph.Find(name, stage.Index)!.Index).Distinct().Select(index => new GoValue.Integer(index))])),
            StatementValue.Field("usesImages", GoValue.Texts(uses[true])),
            new GoField("built", "built", new GoValue.Bool(plan.Needed.Contains(stage.Index))),
            .. StatementValue.Place(stage.From.Span),
        ]);
    }

    private static string Written(StageBase from) => from switch
    {
        ScratchBase => "scratch",
        ImageBase image => image.Name,
        ContextBase context => context.Name,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Shown(PlannedStage stage) =>
        stage.Name is { } name ? $"stage {stage.Index} {name}" : string.Create(CultureInfo.InvariantCulture, $"stage {stage.Index}");

    /// <summary>Sources that COPY and RUN --mount name, as written.</summary>
    private static IEnumerable<string> Sources(PlannedStage stage) => stage.Instructions.SelectMany(instruction => instruction switch
    {
        CopyInstruction { From: { } from } => [from],
        RunInstruction run => run.Mounts.Select(mount => mount.Options.From).OfType<string>(),
        _ => Enumerable.Empty<string>(),
    }).Distinct();
}
