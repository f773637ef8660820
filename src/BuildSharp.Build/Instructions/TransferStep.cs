using BuildSharp.Containers.Adding;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Ignoring;

namespace BuildSharp.Build.Instructions;

/// <summary>COPY and ADD as one request to the verb that adds files.</summary>
internal static class TransferStep
{
    /// <summary>The request.</summary>
    /// <param name="transfer">The instruction, its words expanded.</param>
    /// <param name="context">The build context.</param>
    /// <param name="fromRoot">The root filesystem that <c>--from</c> stands for; null copies from the context.</param>
    /// <exception cref="DockerfileException">It asks for something that is not supported.</exception>
    public static AddRequest Request(TransferInstruction transfer, BuildContext context, string? fromRoot)
    {
        Refuse(transfer);
        var filters = new List<IgnoreFile>();
        if (fromRoot is null && context.Ignored is { } ignored) filters.Add(ignored);
        if (transfer.Excludes.Count > 0) filters.Add(IgnoreFile.Parse(string.Join('\n', transfer.Excludes)));
        return new AddRequest
        {
            Sources = [.. transfer.Sources.Select(source => Source(source, fromRoot ?? context.Directory))],
            Destination = transfer.Destination,
            Extract = transfer is AddInstruction,
            Chown = transfer.Chown,
            Chmod = transfer.Chmod,
            Filter = filters.Count > 0 ? new IgnoreFilter(filters) : null,
            IgnoreFileName = context.IgnoreFileName,
            Parents = transfer is CopyInstruction { Parents: true },
            PreserveOwnership = fromRoot is not null,
            StripSetIds = fromRoot is null,
        };
    }

    private static AddSource Source(CopySource source, string root) => source switch
    {
        PathSource path => new LocalSource(root, path.Path),
        HeredocSource heredoc => new InlineSource(heredoc.Name, LosslessUtf8.Encode(heredoc.Content)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static void Refuse(TransferInstruction transfer)
    {
        if (transfer.Link) throw NotYet("--link");
        if (transfer is not AddInstruction add) return;
        if (add.Checksum is not null) throw NotYet("--checksum");
        if (add.KeepGitDir is not null) throw NotYet("--keep-git-dir");
        if (add.Unpack is not null) throw NotYet("--unpack");
        foreach (PathSource source in add.Sources.OfType<PathSource>())
        {
            if (IsRemote(source.Path))
                throw new DockerfileException(source.Span, $"ADD from {source.Path} is not supported yet: sources have to be in the context");
        }

        DockerfileException NotYet(string flag) => new(transfer.Span, $"{transfer.Name} {flag} is not supported yet");
    }

    private static bool IsRemote(string path) =>
        path.StartsWith("git@", StringComparison.Ordinal)
        || new[] { "http://", "https://", "git://", "ssh://" }.Any(start => path.StartsWith(start, StringComparison.OrdinalIgnoreCase));
}
