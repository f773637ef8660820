using BuildSharp.Build.Explaining;
using BuildSharp.Build.Instructions;
using BuildSharp.Containers.Adding;
using BuildSharp.Containers.Adding.Sources;
using BuildSharp.Containers.Committing;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Oci;

namespace BuildSharp.Build;

/// <summary>Builds one stage with the operations of an <see cref="IStageContainer"/>: create it, then for each instruction add files, run a
/// command or change the config, then commit. Images are created in no other way.</summary>
internal sealed partial class StageExecutor(BuildSession session, PlannedStage stage)
{
    private readonly List<History> _pending = [];
    private BuildScope _scope = session.Plan.Scope;
    private IStageContainer _container = null!;
    private bool _cmdSetHere;
    private UserInstruction? _user;
    // Of the last executed instruction, in the form of history entries: what COPY and ADD added, or what the bind mounts of RUN showed.
    private string _content = "";
    private StepMounts? _mounts;
    private ConfigSize _size = new(0);
    // Null without --layers, where nothing is looked for.
    private readonly StageExplainer? _explainer = session.Request.Layers ? new StageExplainer(session.Memory, stage, session) : null;
    private StepStarted? _step;

    /// <summary>The stage, as events show it.</summary>
    public StagePlace Place { get; } = new(stage.Index + 1, session.Plan.Graph.Stages.Count);

    private bool IsLastStage => stage.Index == session.Plan.Graph.Stages.Count - 1;

    private bool IsBase => session.Plan.Uses.IsBase(stage.Index);

    private bool IsCopiedFrom => session.Plan.Uses.IsCopiedFrom(stage.Index);

    public async ValueTask<StageOutcome> ExecuteAsync(CancellationToken cancellationToken)
    {
        var start = await StartAsync(cancellationToken).ConfigureAwait(false);
        _explainer?.Start(start.Base?.Id ?? "");
        _scope = start.Scope;
        _container = start.Container;
        _below = start.Base;
        _looksUp = LooksUp();
        Instruction[] instructions = [.. start.Triggers.Instructions, .. stage.Instructions];
        if (instructions.Length == 0)
        {
            return CommitNothing(start, cancellationToken);
        }

        _size = new ConfigSize(session.Request.Squash || session.Request.OmitHistory ? 0 : ConfigSize.Of(_container.Image.History));
        try
        {
            return await ExecuteAsync(instructions, start, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _explainer?.End();
        }
    }

    private async ValueTask<StageOutcome> ExecuteAsync(Instruction[] instructions, StageStart start, CancellationToken cancellationToken)
    {
        StageOutcome? outcome = null;
        foreach ((var index, var instruction) in instructions.Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var isLast = index == instructions.Length - 1;
            ReportStep(index + 2, instructions.Length + 1, StepText.Of(instruction), instruction.Span);
            var triggers = index < start.Triggers.Instructions.Count ? start.Triggers : null;
            _looksUp &= !isLast || !session.Request.Squash;
            if (isLast && session.Request.Squash)
            {
                DoNotUse(DifferenceKind.CacheOff, "the last step of --squash is always executed");
            }

            if (await ExecuteAsync(instruction, triggers, isLast, cancellationToken).ConfigureAwait(false) is { } cached)
            {
                outcome = Reuse(cached, isLast);
                _explainer?.Done(cached.Image.Id);
                continue;
            }

            var createdBy = HistoryText.Of(instruction, _content, _scope, session.Request, isLast && IsLastStage);
            Count(instruction, triggers, createdBy);
            var remote = RemoteFor(instruction, isLast);
            var key = remote is { HasDestinations: true } ? KeyOf(instruction, createdBy) : null;
            if (!isLast && !session.Request.Layers)
            {
                _pending.Add(new History { Created = session.Now, CreatedBy = createdBy, EmptyLayer = true });
            }
            else if (session.Request.Layers || session.Request.SaveStages || IsLastStage || IsBase)
            {
                try
                {
                    outcome = Commit(createdBy, changesFiles: !session.Request.Layers || ChangesFiles(instruction) || (index == 0 && stage.Base is ContextBase), isLast, cancellationToken);
                }
                catch (ImageTooLargeException error)
                {
                    throw Placed(_size.Place(error.Message, instruction), triggers);
                }

                _explainer?.Done(outcome.ImageId!);
                if (key is not null)
                {
                    Keep(remote!, key, outcome.ImageId!, isNew: true);
                }

                if (!isLast)
                {
                    Continue(outcome.ImageId!, outcome.Image, outcome.Annotations);
                }
            }
        }
        return outcome ?? new StageOutcome(_container, null, default, _container.Image, _container.Annotations, _scope) { IsNew = true };
    }

    private void Count(Instruction instruction, BaseTriggers? triggers, string createdBy)
    {
        try
        {
            _size.Add(instruction, session.Request.OmitHistory ? "" : createdBy);
        }
        catch (DockerfileException error)
        {
            throw Placed(error, triggers);
        }
    }

    private DockerfileException Placed(DockerfileException error, BaseTriggers? triggers)
    {
        session.Remains.NoteFailure(_container);
        return triggers?.Placed(error) ?? error;
    }

    /// <summary>Executes the ONBUILD instructions of the base image in an existing container.</summary>
    public async ValueTask DoTriggersAsync(IStageContainer container, BaseTriggers triggers, CancellationToken cancellationToken)
    {
        _container = container;
        _scope = _scope.EnterStage(StageStart.Environment(container.Image), null);
        var instructions = triggers.Instructions;
        for (var index = 0; index < instructions.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReportStep(index + 1, instructions.Count, StepText.Of(instructions[index]), instructions[index].Span);
            await ExecuteAsync(instructions[index], triggers, isLast: false, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<StageStart> StartAsync(CancellationToken cancellationToken)
    {
        switch (stage.Base)
        {
            case ScratchBase:
                ReportStep(1, stage.Instructions.Count + 1, StepText.Of(stage, session.Plan.Scope, "scratch"), stage.From.Span);
                return StageStart.From(session, stage, null, null, null);
            case EarlierStageBase earlier:
                var parent = await session.StageAsync(earlier.Index, cancellationToken).ConfigureAwait(false);
                ReportStep(1, stage.Instructions.Count + 1, StepText.Of(stage, session.Plan.Scope, parent.ImageId!), stage.From.Span);
                return StageStart.From(session, stage, session.Store.FindImage(parent.ImageId!), null, parent);
            case ContextBase context:
                ReportStep(1, stage.Instructions.Count + 1, StepText.Of(stage, session.Plan.Scope, context.Name), stage.From.Span);
                var files = await session.ContextAsync(context.Name, cancellationToken).ConfigureAwait(false);
                var filled = StageStart.From(session, stage, null, null, null);
                filled.Container.Add(new AddRequest
                {
                    Sources = [new LocalSource(files.Directory, "/")],
                    Destination = "/",
                    Filter = files.Ignored is { } ignored ? new IgnoreFilter(ignored) : null,
                }, cancellationToken);
                return filled;
            case ImageBase image:
                ReportStep(1, stage.Instructions.Count + 1, StepText.Of(stage, session.Plan.Scope, image.Name), stage.From.Span);
                BaseImage found;
                try
                {
                    found = await session.FindImageAsync(image.Name, stage.Platform, cancellationToken).ConfigureAwait(false);
                }
                catch (BuildSharpException error) when (error is not DockerfileException)
                {
                    throw DockerfileException.PlaceAbove(
                        stage.From.ImageSpan, $"creating build container: {error.Message}", Hints(image));
                }
                return StageStart.From(session, stage, found.Image, found.Name, null);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Hints for a base image that was not found: a misspelt or later stage name, or a variable without a value.</summary>
    private IReadOnlyList<string> Hints(ImageBase image)
    {
        var expansion = new VariableExpansion(session.Plan.Scope.Lookup, stage.From.EscapeToken);
        expansion.Expand(stage.From.Image);
        return
        [
            .. session.Plan.Graph.Explain(image.Name, stage.Index),
            .. expansion.Unset.Select(name => $"${name} has no value here: FROM sees only what ARG declares above the first FROM."),
        ];
    }

    private static bool ChangesFiles(Instruction instruction) => instruction is RunInstruction or AddOrCopyInstruction;

    private void ReportStep(int number, int total, string text, SourceSpan span) => Report(_step = new StepStarted(number, total, text) { Span = span });

    private void Explain(StepExplained? explained)
    {
        if (explained is not null)
        {
            Report(explained with { Number = _step!.Number, Text = _step.Text });
        }
    }

    private void ReportCommit() =>
        Report(new CommitStarted(session.Request.ShownName));

    private void Report(BuildEvent happened) => session.Report(happened with { Place = Place });
}
