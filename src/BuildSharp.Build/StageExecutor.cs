using BuildSharp.Build.Instructions;
using BuildSharp.Containers;
using BuildSharp.Containers.Adding;
using BuildSharp.Containers.Committing;
using BuildSharp.Containers.Configuring;
using BuildSharp.Containers.Running;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Oci;

namespace BuildSharp.Build;

/// <summary>Builds one stage with the verbs of <see cref="WorkingContainer"/>: from, then for each instruction add, run or a change of
/// the config, then commit. It knows no other way to make an image.</summary>
internal sealed class StageExecutor(BuildSession session, PlannedStage stage)
{
    private readonly List<History> _pending = [];
    private BuildScope _scope = session.Plan.Scope;
    private bool _cmdSetHere;
    private string _content = "";
    private string? _comment;

    private bool IsLastStage => stage.Index == session.Plan.Graph.Stages.Count - 1;

    private bool IsBase => session.Plan.Graph.IsBase(stage.Index, session.Plan.Needed);

    private bool IsCopiedFrom => session.Plan.Graph.IsCopiedFrom(stage.Index, session.Plan.Needed);

    public async ValueTask<StageOutcome> ExecuteAsync(CancellationToken cancellationToken)
    {
        StageStart start = await StartAsync(cancellationToken).ConfigureAwait(false);
        _scope = start.Scope;
        if (stage.Base is EarlierStageBase) _comment = BaseComment(start.Base!.Id);
        WorkingContainer container = start.Container;
        IReadOnlyList<Instruction> instructions = [.. start.Triggers.Instructions, .. stage.Instructions];
        if (instructions.Count == 0) return CommitNothing(container, start);

        StageOutcome? outcome = null;
        for (int index = 0; index < instructions.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Instruction instruction = instructions[index];
            bool isLast = index == instructions.Count - 1;
            ReportStep(index + 2, instructions.Count + 1, StepText.Of(instruction));
            BaseTriggers? triggers = index < start.Triggers.Instructions.Count ? start.Triggers : null;
            await ExecuteAsync(container, instruction, triggers, cancellationToken).ConfigureAwait(false);
            string createdBy = HistoryText.Of(instruction, _content, _scope);

            if (!isLast && !session.Request.Layers)
            {
                _pending.Add(new History { Created = session.Now, CreatedBy = createdBy, EmptyLayer = true });
            }
            else if (session.Request.Layers || session.Request.SaveStages || IsLastStage || IsBase)
            {
                outcome = Commit(container, createdBy, changesFiles: !session.Request.Layers || ChangesFiles(instruction) || (index == 0 && stage.Base is ContextBase), isLast);
                if (!isLast) container = Continue(container, outcome);
            }
        }
        return outcome ?? new StageOutcome(container, null, default, container.Image, _scope);
    }

    /// <summary>Does, in a container that is there already, what the ONBUILD instructions of its base ask for.</summary>
    public async ValueTask DoTriggersAsync(WorkingContainer container, BaseTriggers triggers, CancellationToken cancellationToken)
    {
        _scope = _scope.EnterStage(StageStart.Environment(container.Image), null);
        IReadOnlyList<Instruction> instructions = triggers.Instructions;
        for (int index = 0; index < instructions.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReportStep(index + 1, instructions.Count, StepText.Of(instructions[index]));
            await ExecuteAsync(container, instructions[index], triggers, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<StageStart> StartAsync(CancellationToken cancellationToken)
    {
        switch (stage.Base)
        {
            case ScratchBase:
                ReportStep(1, stage.Instructions.Count + 1, StepText.Of(stage, "scratch"));
                return StageStart.From(session, stage, null, null, null);
            case EarlierStageBase earlier:
                StageOutcome parent = await session.StageAsync(earlier.Index, cancellationToken).ConfigureAwait(false);
                ReportStep(1, stage.Instructions.Count + 1, StepText.Of(stage, parent.ImageId!));
                return StageStart.From(session, stage, session.Store.FindImage(parent.ImageId!), null, parent);
            case ContextBase context:
                ReportStep(1, stage.Instructions.Count + 1, StepText.Of(stage, context.Name));
                BuildContext files = await session.ContextAsync(context.Name, cancellationToken).ConfigureAwait(false);
                StageStart filled = StageStart.From(session, stage, null, null, null);
                filled.Container.Add(new AddRequest
                {
                    Sources = [new LocalSource(files.Directory, "/")],
                    Destination = "/",
                    Filter = files.Ignored is { } ignored ? new IgnoreFilter([ignored]) : null,
                }, cancellationToken);
                return filled;
            case ImageBase image:
                ReportStep(1, stage.Instructions.Count + 1, StepText.Of(stage, image.Name));
                BaseImage found;
                try
                {
                    found = await session.FindImageAsync(image.Name, stage.Platform, cancellationToken).ConfigureAwait(false);
                }
                catch (BuildSharpException error) when (error is not DockerfileException)
                {
                    throw DockerfileException.SentenceFirst(
                        stage.From.ImageSpan, $"creating build container: {error.Message}", Hints(image));
                }
                return StageStart.From(session, stage, found.Image, found.Name, null);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Why a base may not be there: the name is a stage's, nearly or too late, or a variable in it has no value.</summary>
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

    /// <param name="triggers">Where the instruction comes from, when the Dockerfile does not have it.</param>
    private async ValueTask ExecuteAsync(WorkingContainer container, Instruction written, BaseTriggers? triggers, CancellationToken cancellationToken)
    {
        try
        {
            await ExecuteAsync(container, written, cancellationToken).ConfigureAwait(false);
        }
        catch (BuildSharpException error)
        {
            session.NoteFailure(container);
            if (triggers is not null && error is DockerfileException mistake) throw triggers.Placed(mistake);
            if (triggers is not null && error is StepFailedException failure) throw triggers.Placed(failure);
            throw;
        }
    }

    private async ValueTask ExecuteAsync(WorkingContainer container, Instruction written, CancellationToken cancellationToken)
    {
        Instruction instruction = written.Expand(_scope.Lookup);
        try
        {
            switch (instruction)
            {
                case ArgInstruction arg:
                    Declare(arg);
                    break;
                case RunInstruction run:
                    await RunAsync(container, run, cancellationToken).ConfigureAwait(false);
                    break;
                case TransferInstruction transfer:
                    await TransferAsync(container, transfer, cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    container.Image = ConfigInstructions.Apply(container.Image, instruction, _cmdSetHere);
                    _cmdSetHere |= instruction is CmdInstruction;
                    if (instruction is EnvInstruction env) _scope = _scope.Set(env);
                    // Nothing can ever be mounted behind links that go round in a circle.
                    foreach (string path in (instruction as VolumeInstruction)?.Paths ?? []) container.ResolvePath(path);
                    if (instruction is WorkdirInstruction) container.MakeDirectory(container.Image.Config.WorkingDir, container.Image.Config.User);
                    break;
            }
        }
        catch (BuildSharpException error) when (error is not (DockerfileException or StepFailedException))
        {
            string sentence = $"building at STEP \"{StepText.Of(written)}\": {error.Message}";
            if (error is UnknownSourceException unknown) throw new DockerfileException(unknown.Span, sentence, unknown.Hints);
            throw new DockerfileException(written.Span, sentence);
        }
    }

    private void Declare(ArgInstruction arg)
    {
        _scope = _scope.Declare(arg);
        session.NoteDeclared(arg.Arguments.Select(argument => argument.Name));
        foreach (string name in arg.Arguments.Select(argument => argument.Name).Where(name => _scope.Lookup(name) is null))
            session.Report(new BuildWarning($"missing \"{name}\" build argument. Try adding \"--build-arg {name}=<VALUE>\" to the command line"));
    }

    private async ValueTask RunAsync(WorkingContainer container, RunInstruction run, CancellationToken cancellationToken)
    {
        // A volume's directory is there for the command, as it will be in a container.
        foreach (string volume in container.Image.Config.Volumes) container.MakeDirectory(volume, "");
        string? script = RunStep.InterpretedScript(run) is { } text ? RunStep.WriteScript(text, session.Fetcher.MakeDirectory()) : null;
        RunRequest request = RunStep.Request(run, container.Image, _scope, session.Request.Run, script);
        int status = session.Request.CompatVolumes
            ? await RunBesideVolumesAsync(container, request, cancellationToken).ConfigureAwait(false)
            : await container.RunAsync(request, cancellationToken).ConfigureAwait(false);
        if (status != 0) throw new StepFailedException(StepText.Of(run), status, run.Span);
    }

    /// <summary>Runs with a throw-away copy of every volume in its place.</summary>
    private static async ValueTask<int> RunBesideVolumesAsync(WorkingContainer container, RunRequest request, CancellationToken cancellationToken)
    {
        string root = container.Mount();
        try
        {
            List<string> paths = [.. container.Image.Config.Volumes.Select(container.ResolvePath).Where(path => path != "/").Distinct()];
            // The copy of a volume holds what lies below it, other volumes included.
            IEnumerable<BindMount> volumes = paths.Where(path => !paths.Any(above => path.StartsWith(above + "/", StringComparison.Ordinal)))
                .Select(path => new BindMount { Destination = path, Source = root + path, DiscardsWrites = true });
            return await container.RunAsync(request with { Mounts = [.. volumes, .. request.Mounts] }, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            container.Unmount();
        }
    }

    private async ValueTask TransferAsync(WorkingContainer container, TransferInstruction transfer, CancellationToken cancellationToken)
    {
        if (TransferFlags.Mistakes(transfer).FirstOrDefault() is { } mistake) throw new UnknownSourceException(mistake.Message, mistake.Span, mistake.Hints);
        BuildContext root = transfer is CopyInstruction { From: not null } copy
            ? await session.RootOfAsync(copy, stage, cancellationToken).ConfigureAwait(false)
            : session.Request.Context;
        IReadOnlyList<AddSource> sources = await new TransferSources(transfer, root, session.Fetcher).ResolveAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            AddResult added = container.Add(TransferStep.Request(transfer, sources, root), cancellationToken);
            _content = added.HistoryText;
        }
        catch (UnknownAccountException error)
        {
            SourceSpan flag = transfer.Statement.Flags.FirstOrDefault(flag => flag.Text.StartsWith("--chown", StringComparison.Ordinal)).Span;
            throw new UnknownSourceException(error.Message, flag.Source is null ? transfer.Span : flag, ["A number needs no name in the image: --chown=1000:1000."]);
        }
        catch (BuildSharpException error) when (error is not DockerfileException)
        {
            var missing = new MissingSource(transfer, root.Directory, transfer is CopyInstruction { From: not null } && root.Ignored is null ? null : root);
            if (!missing.TryExplain(out SourceSpan span, out IReadOnlyList<string>? hints)) throw;
            throw new UnknownSourceException(error.Message, span, hints);
        }
    }

    /// <summary>An image of a FROM line alone: the base itself, or one empty layer where there is none.</summary>
    private StageOutcome CommitNothing(WorkingContainer container, StageStart start)
    {
        if (start.Base is null || session.Request.Squash) return Commit(container, HistoryText.Nothing, changesFiles: true, isLast: true);
        if (IsLastStage && session.Request.ChangesResult) return Commit(container, HistoryText.Nothing, changesFiles: false, isLast: true);
        if (IsLastStage) ReportCommit();
        if (IsLastStage || IsBase) session.Report(new ImageMade(start.Base.Id));
        Digest manifest = Digest.Sha256(session.Store.ReadImageData(start.Base.Id, "manifest"));
        return new StageOutcome(container, start.Base.Id, manifest, container.Image, _scope);
    }

    private StageOutcome Commit(WorkingContainer container, string createdBy, bool changesFiles, bool isLast)
    {
        BuildRequest request = session.Request;
        bool isResult = isLast && IsLastStage;
        if (isResult) ReportCommit();
        foreach (History entry in _pending) container.PrependedEmptyLayers.Add(entry);
        _pending.Clear();
        if (isResult && (request.OsVersion is not null || request.OsFeatures.Count > 0))
            container.Configure(new ConfigureRequest { OsVersion = request.OsVersion, OsFeatures = request.OsFeatures });
        ImageConfig config = container.Image;
        // Nobody will look into the container again, so that its layer can become the image's without a copy.
        bool adopt = !request.KeepContainers && (!isLast || !IsCopiedFrom);
        CommitOutcome commit = container.Commit(new CommitRequest
        {
            Name = isResult ? request.Names.FirstOrDefault() : null,
            Format = request.Format,
            Squash = request.Squash && isLast,
            EmptyLayer = !changesFiles,
            Timestamp = request.Timestamp,
            SourceDateEpoch = request.SourceDateEpoch,
            RewriteTimestamp = request.RewriteTimestamp,
            OmitHistory = request.OmitHistory,
            IdentityLabel = request.IdentityLabel,
            RemoveContainer = adopt,
            CreatedBy = createdBy,
            HistoryComment = _comment,
            UnsetEnv = isResult ? request.UnsetEnv : [],
            Annotations = isResult ? request.Annotations : new Dictionary<string, string>(),
            UnsetAnnotations = isResult ? request.UnsetAnnotations : [],
            CreatedAnnotation = request.CreatedAnnotation,
            Change = isResult
                ? image => request.UnsetLabels.Aggregate(image, ImageConfigEditor.UnsetLabel)
                : image => request.LayerLabels.Aggregate(image, (before, label) => ImageConfigEditor.SetLabel(before, label.Key, label.Value)),
        });
        if (adopt) session.LetGo(container);
        if (!isResult) session.NoteOnTheWay(commit.Image.Id, isStep: !isLast);
        foreach (string warning in isLast ? commit.Warnings : []) session.Report(new BuildWarning(warning));
        session.Report(new ImageMade(commit.Image.Id));
        return new StageOutcome(adopt ? null : container, commit.Image.Id, commit.ManifestDigest, config, _scope);
    }

    /// <summary>A container on top of the image that a step made, with everything that an OCI image cannot say.</summary>
    private WorkingContainer Continue(WorkingContainer before, StageOutcome step)
    {
        session.Remove(before);
        WorkingContainer container = session.Create(new FromOptions
        {
            Base = session.Store.FindImage(step.ImageId!),
            Format = session.Request.Format,
            Settings = session.Request.Settings,
        });
        container.Image = container.Image with { Config = step.Image.Config, Author = step.Image.Author };
        _comment = BaseComment(step.ImageId!);
        return container;
    }

    /// <summary>An image without a name is remarked on by its short id; a named one by its name, which the container knows.</summary>
    private static string BaseComment(string id) => $"FROM {id[..12]}";

    private static bool ChangesFiles(Instruction instruction) => instruction is RunInstruction or TransferInstruction;

    private void ReportStep(int number, int total, string text) =>
        session.Report(new StepStarted(stage.Index + 1, session.Plan.Graph.Stages.Count, number, total, text));

    private void ReportCommit() =>
        session.Report(new CommitStarted(stage.Index + 1, session.Plan.Graph.Stages.Count, session.Request.ShownName));
}
