using BuildSharp.Containers.Adding.Digests;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Notation;
using BuildSharp.Running;
using RunMount = BuildSharp.Running.RunMount;

namespace BuildSharp.Build.Instructions;

/// <summary>The mounts of one RUN: those of its flags and those of the build's <c>--mount</c>.</summary>
/// <param name="session">The build.</param>
/// <param name="stage">The stage of the instruction.</param>
/// <param name="run">The instruction, expanded.</param>
/// <param name="files">Takes down the files that bind mounts show; null for nothing.</param>
internal sealed class StepMounts(BuildSession session, PlannedStage stage, RunInstruction run, FileRecorder? files)
{
    private readonly IReadOnlyList<(MountOptions Options, SourceSpan Span)> _all =
        [.. session.Request.Mounts.Select(mount => (mount, run.Span)), .. run.Mounts.Select(mount => (mount.Options, mount.Span))];

    private IReadOnlyList<(MountOptions Options, SourceSpan Span, FileSource? From)>? _found;
    private string? _content;

    /// <summary>The mounts for the command.</summary>
    /// <param name="workingDirectory">Its working directory.</param>
    /// <param name="cancellationToken">Stops the work for a stage or an image.</param>
    /// <exception cref="UnknownSourceException">A name is unknown, a required secret is missing, or two mounts have one target.</exception>
    public async ValueTask<IReadOnlyList<RunMount>> FindAsync(string workingDirectory, CancellationToken cancellationToken)
    {
        var sources = new MountSources
        {
            WorkingDirectory = workingDirectory.Length == 0 ? "/" : workingDirectory,
            Context = session.Request.Context.Directory,
            Secrets = session.Request.Secrets,
            Agents = session.Request.Agents,
        };
        var found = new List<RunMount>();
        foreach (var (options, span, from) in await SourcesAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                if (sources.Find(options, from is null ? null : new MountRoot(from.Files.Directory, from.IsImage), found.OfType<AgentMount>().Count()) is { } mount)
                {
                    found.Add(found.Exists(other => other.Destination == mount.Destination)
                        ? throw new FormatException($"{mount.Destination}: duplicate mount destination")
                        : mount);
                }
            }
            catch (FormatException error)
            {
                throw new UnknownSourceException(error.Message, span, []);
            }
        }

        return found;
    }

    /// <summary>What the history says about the content of bind mounts: a colon and a digest for each. Like in buildah it is that of the
    /// files in a context, and that of the manifest of an image or a stage.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async ValueTask<string> ContentAsync(CancellationToken cancellationToken)
    {
        if (_content is not null)
        {
            return _content;
        }

        var digests = "";
        foreach (var (options, _, from) in (await SourcesAsync(cancellationToken).ConfigureAwait(false)).Where(mount => mount.Options.Type == MountType.Bind))
        {
            var context = from?.Files ?? session.Request.Context;
            var digest = from is { Manifest.IsDefault: false } ? from.Manifest
                : from is { IsNew: true } ? default
                : session.Store.MountedDigest(context.Directory, options.Source ?? "/", files, session.Digests?.Of(context), cancellationToken);
            digests += digest.IsDefault ? "" : $":{digest}";
        }

        return _content = digests;
    }

    /// <summary>Whether a cache mount shows a stage that this build has changed, about which the history says nothing.</summary>
    public async ValueTask<bool> ShowNewStageAsync(CancellationToken cancellationToken) =>
        (await SourcesAsync(cancellationToken).ConfigureAwait(false)).Any(mount => mount is { Options.Type: MountType.Cache, From.IsNew: true });

    /// <summary>The mounts with what <c>from=</c> names.</summary>
    private async ValueTask<IReadOnlyList<(MountOptions Options, SourceSpan Span, FileSource? From)>> SourcesAsync(CancellationToken cancellationToken)
    {
        if (_found is not null)
        {
            return _found;
        }

        var found = new List<(MountOptions, SourceSpan, FileSource?)>();
        foreach (var (options, span) in _all)
        {
            found.Add((options, span, options.From switch
            {
                null => null,
                "" => throw new UnknownSourceException("from: must provide an argument for option", span, []),
                var name => await session.SourceAsync(name, "RUN --mount from", span, stage, cancellationToken).ConfigureAwait(false),
            }));
        }

        return _found = found;
    }
}
