using BuildSharp.Containers.Adding.Sources;
using BuildSharp.Containers.Fetching;
using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Notation;

namespace BuildSharp.Build.Instructions;

/// <summary>Resolves the sources of a COPY or ADD; downloads remote ones.</summary>
/// <param name="addOrCopy">The instruction, expanded.</param>
/// <param name="root">Directory that its paths are relative to.</param>
/// <param name="fetcher">Downloads files and keeps them until the build ends.</param>
internal sealed class AddOrCopySources(AddOrCopyInstruction addOrCopy, BuildContext root, Fetcher fetcher)
{
    /// <exception cref="DockerfileException">A source is not allowed with this instruction or its flags.</exception>
    /// <exception cref="Oci.BuildSharpException">A source cannot be fetched.</exception>
    public async ValueTask<IReadOnlyList<AddSource>> ResolveAsync(CancellationToken cancellationToken)
    {
        var resolved = new List<AddSource>(addOrCopy.Sources.Count);
        foreach (var source in addOrCopy.Sources)
        {
            resolved.Add(source switch
            {
                HeredocSource heredoc => new InlineSource(heredoc.Name, LosslessUtf8.Encode(heredoc.Content)),
                PathSource path => addOrCopy switch
                {
                    AddInstruction when GitAddress.TryParse(path.Path) is { IsLocal: true } => throw new DockerfileException(
                        path.Span,
                        $"{path.Path}: a Dockerfile cannot take repositories of this machine",
                        "Give it as the context or with --build-context NAME=file://… and COPY --from=NAME."),
                    AddInstruction add when RemoteSource.IsRemote(path.Path) => await FetchAsync(add, path.Path, cancellationToken).ConfigureAwait(false),
                    CopyInstruction when RemoteSource.IsRepository(path.Path) => throw OnlyAdd(path, "source can't be a git ref for COPY"),
                    CopyInstruction when RemoteSource.IsFile(path.Path) => throw OnlyAdd(path, "source can't be a URL for COPY"),
                    _ => new LocalSource(root.Directory, path.Path),
                },
                _ => throw new System.Diagnostics.UnreachableException(),
            });
        }
        return resolved;
    }

    private Task<AddSource> FetchAsync(AddInstruction add, string address, CancellationToken cancellationToken)
    {
        var excluded = Exclusions.OfFlags(add.Excludes)?.From("");
        return RemoteSource.FetchAsync(address, add.Checksum is { Length: > 0 } checksum ? checksum : null, add.KeepGitDir, excluded, fetcher, cancellationToken);
    }

    private static DockerfileException OnlyAdd(PathSource source, string message) => new(source.Span, message, "ADD fetches it.");
}
