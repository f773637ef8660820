using System.Text;
using BuildSharp.Containers.Adding.Archives;
using BuildSharp.Containers.Adding.Digests;
using BuildSharp.Containers.Adding.Sources;
using BuildSharp.Containers.Adding.Targets;
using BuildSharp.Linux;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Oci.Reporting;

namespace BuildSharp.Containers.Adding;

/// <summary>One call of the engine behind <c>copy</c>, <c>add</c>, COPY and ADD.</summary>
/// <param name="request">What to add.</param>
/// <param name="container">Root of the container's file system; null for <see cref="TryHash"/>.</param>
/// <param name="workingDir">Directory for a relative destination.</param>
/// <param name="cancellation">Stops the copy, also within a file; the unfinished item is removed.</param>
/// <param name="progress">Receives each source's bytes; null to report nothing.</param>
internal sealed class AddCall(
    AddRequest request, DirectoryHandle? container, string workingDir, CancellationToken cancellation = default, IProgressSink? progress = null) : IDisposable
{
    private readonly Dictionary<string, DirectoryHandle> _roots = [];
    private readonly ContentDigest _digests = new();

    /// <summary>Adds all sources.</summary>
    /// <exception cref="BuildSharpException">A source is missing, the destination is invalid, an owner is unknown or a mode
    /// malformed.</exception>
    public AddResult Run() => TryHash()!.Value;

    /// <summary>Adds all sources; without a container, only hashes them.</summary>
    /// <returns>Null without a container when the digest depends on its files: on the number of an owner's name, or on whether the destination
    /// is a directory, which the file keeps its name in.</returns>
    public AddResult? TryHash()
    {
        var sources = request.Sources
            .Select(source => (Source: source, Matched: source is LocalSource local ? MatchedSource.Find(RootOf(local.Root), local, request) : null))
            .ToList();
        var count = sources.Sum(source => source.Matched?.Items.Count ?? 1);
        if (count == 0)
        {
            return request.AllowEmptyWildcards ? default(AddResult) : throw NothingMatched(sources.Select(source => source.Matched!));
        }

        var needsDirectory = request.Parents || sources.Count > 1 || count > 1 || sources.Any(source => FillsDirectory(source.Source, source.Matched));
        var isIndependent = request.Independent || needsDirectory || Destination.MeansDirectory(request.Destination, workingDir);
        if (container is null && !(isIndependent && (request.Chown is null || NewOwner.IsNumeric(request.Chown))))
        {
            return null;
        }

        var rules = new NewItemRules
        {
            Owner = request.Chown is { } spec ? NewOwner.Resolve(container, spec) : request.PreserveOwnership ? null : (0, 0),
            Mode = request.Chmod is { } mode ? ModeOf(mode) : null,
            StripSetIds = request.StripSetIds,
            ModifiedAt = request.ModifiedAt,
        };
        var destination = container is null && !request.Independent ? default : Destination.Decide(container, request.Destination, workingDir, needsDirectory, request.Independent);
        var tree = request.DryRun ? null : new TargetTree(container!, rules, request.Independent ? rules.ModifiedAt ?? LatestTime(sources, rules) : null);
        foreach (var (source, matched) in sources)
        {
            switch (source)
            {
                case InlineSource inline:
                    AddInline(inline, destination, rules, tree);
                    break;
                case FetchedSource fetched:
                    AddFetched(fetched, destination, rules, tree);
                    break;
                case LocalSource local:
                    AddMatched(matched!, local.Filter ?? request.Filter, destination, rules with { ModifiedAt = rules.ModifiedAt ?? local.ModifiedAt }, tree);
                    break;
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }

        tree?.Complete();
        return _digests.Complete();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var root in _roots.Values)
        {
            root.Dispose();
        }
    }

    private static ModeChange ModeOf(string text)
    {
        try
        {
            return ModeChange.Parse(text);
        }
        catch (FormatException error)
        {
            throw new BuildSharpException(error.Message, error);
        }
    }

    private DirectoryHandle RootOf(string path)
    {
        if (!_roots.TryGetValue(path, out var root))
        {
            try
            {
                root = DirectoryHandle.Open(path);
            }
            catch (LinuxException e)
            {
                throw new BuildSharpException($"checking on sources under \"{path}\": {e.Reason}", e);
            }

            _roots.Add(path, root);
        }

        return root;
    }

    private static BuildSharpException NothingMatched(IEnumerable<MatchedSource> sources)
    {
        var all = sources.ToList();
        return new BuildSharpException(
            $"checking on sources under \"{all[0].RootPath}\": copier: stat: globs [{string.Join(' ', all.Select(source => source.Pattern.Text))}] matched nothing: no such file or directory");
    }

    /// <summary>Time of the newest source, as in buildah; depends only on the sources, so it is reproducible.</summary>
    private static Timestamp LatestTime(IEnumerable<(AddSource Source, MatchedSource? Matched)> sources, NewItemRules rules)
    {
        var latest = Timestamp.Epoch;
        foreach (var (source, matched) in sources)
        {
            var times = source switch
            {
                FetchedSource fetched => [fetched.ModifiedAt],
                LocalSource { ModifiedAt: { } fixedTime } => [fixedTime],
                _ => matched?.Items.Select(item => rules.TimeOf(item.Status)) ?? [],
            };
            foreach (var time in times)
            {
                latest = time > latest ? time : latest;
            }
        }

        return latest;
    }

    private bool FillsDirectory(AddSource source, MatchedSource? matched) => source is FetchedSource fetched
        ? IsArchive(fetched, out _)
        : matched?.Items is [var item] && (item.Status.IsDirectory || IsArchive(matched, item, out _));

    private bool IsArchive(FetchedSource fetched, out bool isGnu)
    {
        isGnu = false;
        if (!request.ExtractFetched)
        {
            return false;
        }

        using var file = File.OpenHandle(fetched.Path);
        return ArchiveAdd.IsArchive(file, out isGnu);
    }

    private bool IsArchive(MatchedSource matched, SourceItem item, out bool isGnu)
    {
        isGnu = false;
        if (!request.Extract || !item.Status.IsRegular)
        {
            return false;
        }

        using var file = matched.Root.OpenFile(item.Path, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        return ArchiveAdd.IsArchive(file, out isGnu);
    }

    private void AddMatched(MatchedSource matched, IPathFilter? sourceFilter, Destination destination, NewItemRules rules, TargetTree? tree)
    {
        var copied = 0;
        foreach (var item in matched.Items)
        {
            var real = matched.RealPath(item, request.FollowLinks);
            var filter = MatchedSource.FilterOf(item, real, sourceFilter, request);
            var ignored = MatchedSource.IsIgnored(item, real, filter);
            if (ignored && !MatchedSource.HoldsIncluded(item, real, filter!))
            {
                continue;
            }

            copied += AddItem(matched, item, real, filter, destination, rules, tree);
            copied += item.Status.IsDirectory && !ignored ? 1 : 0;
        }

        if (copied == 0 && matched.Items.Count > 0)
        {
            var by = request.IgnoreFileName is { } file ? $" using {file}" : "";
            throw new BuildSharpException(
                $"no items matching glob \"{matched.Pattern.Text}\" copied ({matched.Items.Count} filtered out{by}): no such file or directory");
        }
    }

    private int AddItem(
        MatchedSource matched, SourceItem item, byte[] real, IPathFilter? filter, Destination destination, NewItemRules rules, TargetTree? tree)
    {
        if (IsArchive(matched, item, out var isGnu))
        {
            var name = Encoding.UTF8.GetString(item.Path);
            using var archiveDigest = new ItemDigest(isGnu, request.Files, name + "!");
            using var archive = matched.Root.OpenFile(item.Path);
            using var unpacking = Start(ProgressKind.Archive, ShownName(matched, name), item.Status.Size);
            ArchiveAdd.Extract(archive, name, archiveDigest, tree, destination.Directory, unpacking, cancellation);
            _digests.Add(ContentKind.File, archiveDigest.Complete());
            unpacking?.Complete();
            return 1;
        }

        var kind = item.Status.IsDirectory ? ContentKind.Directory : ContentKind.File;
        var files = request.Files;
        if (request is { DryRun: true, Known: { } known })
        {
            using var remembered = ItemDigest.OfKnown(known, files, PlaceOf(item));
            var count = CopyItem(matched, item, real, filter, destination, rules, tree, remembered);
            if (remembered.Complete() is { IsDefault: false } found)
            {
                _digests.Add(kind, found);
                return count;
            }

            // They are taken down already.
            files = null;
        }

        using var digest = new ItemDigest(gnuFormat: false, files, PlaceOf(item), request.Known);
        var copied = CopyItem(matched, item, real, filter, destination, rules, tree, digest);
        _digests.Add(kind, digest.Complete());
        return copied;
    }

    private int CopyItem(
        MatchedSource matched, SourceItem item, byte[] real, IPathFilter? filter, Destination destination, NewItemRules rules, TargetTree? tree, ItemDigest digest)
    {
        using var copying = Start(
            ProgressKind.Files, ShownName(matched, Encoding.UTF8.GetString(item.Path)), item.Status.IsRegular ? item.Status.Size : null);
        var copy = new TreeCopy(rules, digest, tree, filter, copying, cancellation);
        using var top = tree?.MakeDirectories(destination.Directory);
        if (request.Parents)
        {
            new ParentsCopy(copy, matched.Root).Copy(item, real, top);
        }
        else if (item.Status.IsDirectory)
        {
            using var directory = matched.Root.OpenDirectory(item.Path.Length == 0 ? "."u8 : item.Path, followLinks: true);
            copy.CopyContent(directory, real, [], top);
        }
        else
        {
            using var directory = OpenParent(matched.Root, real);
            copy.CopyOne(directory, real[(real.AsSpan().LastIndexOf((byte)'/') + 1)..], item.Status, destination.Rename ?? item.Name, top);
        }

        copying?.Complete();
        return copy.Count;
    }

    // The digest has names below the copied directory, or the new name of a file.
    private string PlaceOf(SourceItem item) =>
        request.Parents || (item.Status.IsDirectory && item.Path.Length == 0) ? ""
        : Encoding.UTF8.GetString(item.Path) + (item.Status.IsDirectory ? "/" : "");

    internal static DirectoryHandle OpenParent(DirectoryHandle root, byte[] path)
    {
        var slash = path.AsSpan().LastIndexOf((byte)'/');
        return root.OpenDirectory(slash < 0 ? "."u8 : path.AsSpan(0, slash), followLinks: true);
    }

    private void AddInline(InlineSource source, Destination destination, NewItemRules rules, TargetTree? tree)
    {
        var (uid, gid) = rules.OwnerOfParents;
        var header = new TarHeader
        {
            Name = destination.Rename ?? Encoding.UTF8.GetBytes(source.Name),
            Type = TarEntryType.RegularFile,
            Mode = rules.Mode?.Apply(Octal.O644, isDirectory: false) ?? Octal.O644,
            Uid = uid,
            Gid = gid,
            Size = source.Content.Length,
        };
        var time = rules.ModifiedAt ?? (request.Independent ? Timestamp.Epoch : null);
        AddNew(header, ContentKind.File, new MemoryStream(source.Content.ToArray(), writable: false), destination, tree, time);
    }

    private void AddFetched(FetchedSource source, Destination destination, NewItemRules rules, TargetTree? tree)
    {
        if (IsArchive(source, out var isGnu))
        {
            var name = source.Name ?? source.Path;
            using var archiveDigest = new ItemDigest(isGnu, request.Files, name + "!");
            using var archive = File.OpenHandle(source.Path);
            using var unpacking = Start(ProgressKind.Archive, name, RandomAccess.GetLength(archive));
            ArchiveAdd.Extract(archive, name, archiveDigest, tree, destination.Directory, unpacking, cancellation);
            _digests.Add(ContentKind.File, archiveDigest.Complete());
            unpacking?.Complete();
            return;
        }

        var (uid, gid) = rules.OwnerOfParents;
        using var content = File.OpenRead(source.Path);
        var header = new TarHeader
        {
            Name = destination.Rename ?? Encoding.UTF8.GetBytes(source.Name ?? throw new BuildSharpException(
                $"the address does not end in the name of a file, and {request.Destination} is a directory: add the file's name there")),
            Type = TarEntryType.RegularFile,
            Mode = rules.Mode?.Apply(Octal.O600, isDirectory: false) ?? Octal.O600,
            Uid = uid,
            Gid = gid,
            Size = content.Length,
            ModifiedAt = source.ModifiedAt,
        };
        using var copying = Start(ProgressKind.Files, source.Name ?? source.Path, content.Length);
        AddNew(header, ContentKind.Fetched, copying.Count(content, leaveOpen: true), destination, tree, rules.ModifiedAt ?? source.ModifiedAt);
        copying?.Complete();
    }

    private static string ShownName(MatchedSource matched, string path) => matched.RootPath == "/" ? "/" + path : path;

    private ProgressItem? Start(ProgressKind kind, string name, long? total) =>
        ProgressItem.Start(progress, request.DryRun ? ProgressKind.Hash : kind, name, total);

    private void AddNew(TarHeader header, ContentKind kind, Stream content, Destination destination, TargetTree? tree, Timestamp? time)
    {
        using var digest = new ItemDigest(gnuFormat: false, request.Files);
        if (tree is null)
        {
            digest.Add(header, content);
        }
        else
        {
            using var directory = tree.MakeDirectories(destination.Directory);
            using var item = new UnfinishedItem(directory.Handle, header.Name);
            using (var file = item.CreateFile())
            using (var copying = new CopyingReader(content, file, extents: null, cancellation))
            {
                digest.Add(header, copying);
            }

            var made = time ?? new Timestamp(directory.Handle.Stat(item.Name).ModifiedSeconds);
            TargetTree.SetAttributes(directory.Handle, item.Name, new ItemAttributes((uint)header.Uid, (uint)header.Gid, header.Mode, made, [], false));
            item.Complete();
        }

        _digests.Add(kind, digest.Complete());
    }
}
