using BuildSharp.Build.Instructions;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running;

namespace BuildSharp.Build;

internal sealed partial class StageExecutor
{
    private const string HowToKeep = "--on-error=keep keeps the container of a failed step, to look into it with run or mount.";

    /// <summary>Executes an instruction, or finds its result in the cache.</summary>
    /// <param name="written">The instruction as written.</param>
    /// <param name="triggers">The ONBUILD instructions that it belongs to; null for an instruction of the Dockerfile.</param>
    /// <param name="isLast">Whether it is the last of the stage.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The image from the cache, when there is one; then the container was not changed. Null when the instruction was
    /// executed.</returns>
    private async ValueTask<CachedStep?> ExecuteAsync(Instruction written, BaseTriggers? triggers, bool isLast, CancellationToken cancellationToken)
    {
        try
        {
            return await ExecuteAsync(written, isLast, cancellationToken).ConfigureAwait(false);
        }
        catch (BuildSharpException error)
        {
            session.Remains.NoteFailure(_container);
            if (triggers is not null && error is DockerfileException mistake)
            {
                throw triggers.Placed(mistake);
            }

            if (triggers is not null && error is StepFailedException failure)
            {
                throw triggers.Placed(failure);
            }

            throw;
        }
    }

    private async ValueTask<CachedStep?> ExecuteAsync(Instruction written, bool isLast, CancellationToken cancellationToken)
    {
        var instruction = written.Expand(_scope.Lookup);
        _mounts = null;
        _explainer?.Begin(written, () => _scope, isLast && IsLastStage);
        try
        {
            ChangeConfig(instruction);
            if (_looksUp && await FindCachedAsync(written, instruction, isLast, cancellationToken).ConfigureAwait(false) is { } cached)
            {
                Explain(_explainer?.Found(cached));
                return cached;
            }
            // After the first executed step, no later one can be in the cache.
            _looksUp = false;
            CatchUp();
            await ChangeFilesAsync(instruction, cancellationToken).ConfigureAwait(false);
            Explain(_explainer?.Missed());
            return null;
        }
        catch (BuildSharpException error) when (error is not (DockerfileException or StepFailedException))
        {
            var sentence = $"building at STEP \"{written.Original}\": {error.Message}";
            if (error is UnknownSourceException unknown)
            {
                throw new DockerfileException(unknown.Span, sentence, unknown.Hints);
            }

            throw new DockerfileException(written.Span, sentence);
        }
    }

    private void ChangeConfig(Instruction instruction)
    {
        if (instruction is ArgInstruction arg)
        {
            Declare(arg);
        }

        _container.Image = ConfigInstructions.Apply(_container.Image, instruction, _cmdSetHere);
        _cmdSetHere |= instruction is CmdInstruction;
        _user = instruction as UserInstruction ?? _user;
        if (instruction is EnvInstruction env)
        {
            _scope = _scope.Set(env);
        }
    }

    private async ValueTask ChangeFilesAsync(Instruction instruction, CancellationToken cancellationToken)
    {
        switch (instruction)
        {
            case RunInstruction run:
                await RunAsync(run, cancellationToken).ConfigureAwait(false);
                break;
            case AddOrCopyInstruction addOrCopy:
                _content = await AddOrCopyAsync(addOrCopy, isDry: false, cancellationToken).ConfigureAwait(false);
                break;
            case VolumeInstruction volume:
                // Fails for a path with a cycle of symbolic links, on which nothing could be mounted.
                foreach (var path in volume.Paths)
                {
                    _container.ResolvePath(path);
                }

                break;
            case WorkdirInstruction:
                _container.MakeDirectory(_container.Image.Config.WorkingDir, _container.Image.Config.User);
                break;
        }
    }

    private void Declare(ArgInstruction arg)
    {
        _scope = _scope.Declare(arg);
        session.NoteDeclared(arg.Arguments.Select(argument => argument.Name));
        foreach (var name in arg.Arguments.Select(argument => argument.Name).Where(name => name != BuildArguments.SourceDateEpoch && _scope.Lookup(name) is null))
        {
            Report(new BuildWarning($"missing \"{name}\" build argument. Try adding \"--build-arg {name}=<VALUE>\" to the command line"));
        }
    }

    private async ValueTask RunAsync(RunInstruction run, CancellationToken cancellationToken)
    {
        var script = RunStep.InterpretedScript(run) is { } text ? RunStep.WriteScript(text, session.Fetcher.MakeDirectory()) : null;
        _mounts ??= new StepMounts(session, stage, run, _explainer?.Files);
        var mounts = await _mounts.FindAsync(_container.Image.Config.WorkingDir, cancellationToken).ConfigureAwait(false);
        _content = await _mounts.ContentAsync(cancellationToken).ConfigureAwait(false);
        Explain(_explainer?.Missed());
        var request = RunStep.Request(run, _container.Image, _scope, session.Request.Run, mounts, session.Request.Entitlements, script);
        CommandEnd end;
        try
        {
            end = await RunAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (ForeignProgramException error)
        {
            throw new StepFailedException(run.Original, error, run.Span);
        }
        catch (UnknownAccountException error)
        {
            var where = _user is null ? "The base has" : $"Line {_user.Span.Start.Line} has";
            throw new UnknownSourceException(
                error.Message, run.Span,
                [$"{where} USER {_container.Image.Config.User}, a name that the image's /etc/passwd or /etc/group must have; a number needs none."]);
        }

        if (end.Status != 0)
        {
            var losesStep = session.Request is { Identity: not null, KeepContainers: false, Layers: false, KeepsFailedContainer: false, FailureShell: null };
            throw new StepFailedException(run.Original, end, run.Span, losesStep ? [HowToKeep] : []);
        }
    }

    private async ValueTask<CommandEnd> RunAsync(RunRequest request, CancellationToken cancellationToken)
    {
        using var output = session.Request.Outputs?.Open(Place, seesSecret: request.Mounts.Any(mount => mount is SecretMount));
        if (output is not null)
        {
            request = request with { Stdout = output.Stdout, Stderr = output.Stderr };
        }

        IReadOnlyList<string> last = [];
        var kills = OutOfMemory.Kills();
        int status;
        try
        {
            status = await _container.RunAsync(request, discardsVolumes: session.Request.CompatVolumes, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (output is not null)
            {
                last = await output.EndAsync().ConfigureAwait(false);
            }
        }

        return new CommandEnd(status, status != 0 && OutOfMemory.Kills() > kills, last);
    }

    /// <returns>Kind and digest of the added content, in the form of history entries.</returns>
    private async ValueTask<string> AddOrCopyAsync(AddOrCopyInstruction addOrCopy, bool isDry, CancellationToken cancellationToken)
    {
        _explainer?.Reread();
        if (AddOrCopyFlags.Mistakes(addOrCopy).FirstOrDefault() is { } mistake)
        {
            throw new UnknownSourceException(mistake.Message, mistake.Span, mistake.Hints);
        }

        var root = addOrCopy is CopyInstruction { From: not null } copy
            ? (await session.SourceAsync(copy.From, "COPY --from", copy.FromSpan ?? copy.Span, stage, cancellationToken).ConfigureAwait(false)).Files
            : session.Request.Context;
        foreach (var empty in isDry ? [] : addOrCopy.Sources.OfType<PathSource>().Where(source => source.Path.Length == 0))
        {
            Report(new BuildWarning($"{empty.Span}: this source of {addOrCopy.Name} is empty, which means everything; its variable may have no value"));
        }

        var sources = await new AddOrCopySources(addOrCopy, root, session.Fetcher).ResolveAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var request = AddOrCopyStep.Request(addOrCopy, sources, root) with { DryRun = isDry, Files = _explainer?.Files, Known = session.Digests?.Of(root) };
            if (isDry && _container.TryHash(request, cancellationToken) is { } hashed)
            {
                return hashed.HistoryText;
            }

            CatchUp();
            return _container.Add(request, cancellationToken).HistoryText;
        }
        catch (UnknownAccountException error)
        {
            SourceSpan flag = addOrCopy.Statement.Flags.FirstOrDefault(flag => flag.Text.StartsWith("--chown", StringComparison.Ordinal)).Span;
            throw new UnknownSourceException(error.Message, flag.Source is null ? addOrCopy.Span : flag, ["A number needs no name in the image: --chown=1000:1000."]);
        }
        catch (BuildSharpException error) when (error is not DockerfileException)
        {
            var missing = new MissingSource(addOrCopy, root.Directory, addOrCopy is CopyInstruction { From: not null } && root.Ignored is null ? null : root);
            if (!missing.TryExplain(out var span, out var hints))
            {
                throw;
            }

            throw new UnknownSourceException(error.Message, span, hints);
        }
    }
}
