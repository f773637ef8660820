using BuildSharp.Build;
using BuildSharp.Cli.Commands.Building;
using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Cli.Flags;
using BuildSharp.Containers;
using BuildSharp.Containers.Adding;
using BuildSharp.Containers.Adding.Sources;
using BuildSharp.Containers.Fetching;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Storage;

namespace BuildSharp.Cli.Commands.WorkingContainers;

/// <summary>Shared part of <c>add</c> and <c>copy</c>: only <c>add</c> unpacks archives, only <c>copy</c> keeps leading
/// directories.</summary>
internal abstract class AddOrCopyVerb : Verb
{
    public override string Synopsis => "[flags] CONTAINER SOURCE... [DESTINATION]";

    public override VerbGroup Group => VerbGroup.Container;

    public override bool IsConfigured => true;

    public override ArgumentRule Arguments { get; } = new(1, "requires at least 1 arg(s), only received 0");

    public override IEnumerable<FlagDefinition> Flags =>
    [
        Flag.Bool("add-history", "note it in the image's history", variable: "BUILDAH_HISTORY"),
        Flag.Bool("allow-wildcard", "let a source be a pattern", on: true),
        Flag.Bool("allow-empty-wildcard", "let a pattern match nothing"),
        Flag.Bool("cache", "skip the copy if it was done before, with the same content, onto the same files and config"),
        Flag.Text("chmod", "mode of the new content, octal or as chmod(1) writes it", value: "mode"),
        Flag.Text("chown", "owner of the new content, USER[:GROUP]", value: "owner"),
        Flag.Text("checksum", "digest a downloaded source must have", value: "digest"),
        Flag.Text("contextdir", "directory that sources are in", value: "dir"),
        Flag.Text("ignorefile", "file with patterns of what to leave out", value: "file"),
        Flag.CsvList("exclude", "pattern of what to leave out", value: "pattern"),
        Flag.Text("from", "container or image that sources are in", value: "name"),
        Flag.Bool("link", "add as a layer of its own would: follow no link of the container, give directories made a fixed time"),
        Flag.Bool("no-follow-symlinks", "copy a link that is a source as a link"),
        RegistryFlags.Quiet with { Help = "do not print the digest of what was added" },
        ProgressFlags.Progress,
        Flag.Text("timestamp", "modification time of the new content", value: "time"),
        Flag.Text("cert-dir", "directory with certificates for the registry", value: "dir"),
        Flag.Bool("tls-verify", "require HTTPS and a valid certificate", on: true),
        .. RegistryFlags.Retry,
        .. RegistryFlags.Access.Where(flag => flag.Name is "authfile" or "creds").Select(flag => flag.Hide()),
        .. RegistryFlags.Rare.Select(flag => flag.Hide()),
        Flag.Bool("remove-signatures", "leave signatures behind").Hide().Accept(),
    ];

    private const long ShortFile = 1 << 20;

    /// <remarks>False for short files: copying them takes less time than starting the signal thread. A short archive may hold long
    /// files.</remarks>
    public override bool Waits(Invocation call) =>
        Unpacks || call.Flags.Bool("cache") || call.Flags.IsSet("from") || call.Flags.IsSet("contextdir")
        || !Sources(call).All(source => new FileInfo(Path.GetFullPath(source, call.Surroundings.WorkingDirectory)) is { Exists: true, Length: < ShortFile });

    /// <summary>Whether a local archive is unpacked.</summary>
    protected abstract bool Unpacks { get; }

    public override bool NeedsNamespace(Invocation call) => true;

    public override async Task<int> RunAsync(Invocation call, CancellationToken cancellation)
    {
        var flags = call.Flags;
        RegistryFlags.Check(flags);
        if (call.Positionals.Count < 2)
        {
            throw new BuildSharpException("src must be specified");
        }

        if (flags.IsSet("ignorefile") && !flags.IsSet("contextdir"))
        {
            throw new BuildSharpException("--ignorefile option requires that you specify a context dir using --contextdir");
        }

        using var store = call.OpenStoreAsRoot();
        var container = Open(store, call);
        using var origin = SourceRoot.Open(store, call);
        using var fetcher = new Fetcher(FetchSettings.Options(call));
        var cached = flags.Bool("cache") ? CachedVerb.Begin(store, container, call.Surroundings.Clock, call.Debug, cancellation) : null;
        var request = await RequestAsync(container, origin, fetcher, call, cancellation).ConfigureAwait(false);
        AddResult result;
        if (cached is not null)
        {
            result = AddCached(cached, container, request, call, cancellation);
        }
        else
        {
            result = Add(container, request, cancellation);
        }

        // A cached verb is in the history of its image.
        if (flags.Bool("add-history") && cached is null)
        {
            container.AddEmptyHistory($"/bin/sh -c #(nop) {call.VerbName.ToUpperInvariant()} {result.HistoryText}");
            container.Save();
        }

        if (!ProgressFlags.IsQuiet(flags) && result.Kind != ContentKind.None)
        {
            call.Out.WriteLine(result.Digest.Hex);
        }

        return 0;
    }

    private static AddResult AddCached(CachedVerb cached, WorkingContainer container, AddRequest request, Invocation call, CancellationToken cancellation)
    {
        // As for COPY. The digest tells modes and owners, but no times.
        string HistoryText(AddResult result) =>
            $"/bin/sh -c #(nop) {call.VerbName.ToUpperInvariant()} {(request.Independent ? "--link " : "")}{result.HistoryText} in {request.Destination} "
            + (request.ModifiedAt is { } time ? $"|mtime={time}" : "");

        if (cached.HasCandidates)
        {
            var dry = Add(container, request with { DryRun = true }, cancellation);
            if (cached.Reuse(HistoryText(dry)) is { } image)
            {
                if (!ProgressFlags.IsQuiet(call.Flags))
                {
                    call.Error.WriteLine($"--> Using cache {image}");
                }

                return dry;
            }
        }

        var result = Add(container, request, cancellation);
        cached.Keep(HistoryText(result), cancellation);
        return result;
    }

    private static WorkingContainer Open(Store store, Invocation call)
    {
        var name = call.Positionals[0];
        return WorkingContainer.TryOpen(store, name, call.Surroundings.Clock)
            ?? throw new BuildSharpException($"reading build container \"{name}\": container not known{WorkingContainer.SuggestionFor(store, name)}");
    }

    /// <summary>All words after the container except the last, which is the destination; a single word is a source.</summary>
    private static IEnumerable<string> Sources(Invocation call)
    {
        var words = call.Positionals.Skip(1);
        return call.Positionals.Count > 2 ? words.SkipLast(1) : words;
    }

    private static AddResult Add(WorkingContainer container, AddRequest request, CancellationToken cancellation)
    {
        try
        {
            return container.Add(request, cancellation);
        }
        catch (BuildSharpException error)
        {
            throw Failed(container, error);
        }
    }

    private static BuildSharpException Failed(WorkingContainer container, BuildSharpException error) =>
        new($"adding content to container {GoQuoting.Quote(container.Name)}: {error.Message}", error);

    private async Task<AddSource> SourceAsync(
        string word, SourceRoot origin, Fetcher fetcher, FlagValues flags, CancellationToken cancellation)
    {
        if (!RemoteSource.IsRemote(word))
        {
            if (flags.NonEmptyText("from") is null && word.IndexOf("://", StringComparison.Ordinal) > 0 && !Path.Exists(word))
            {
                throw new BuildSharpException($"{word}: cannot be fetched: only http://, https:// and git addresses can");
            }

            return flags.NonEmptyText("checksum") is null
                ? origin.Source(word)
                : throw new BuildSharpException("checksum flag is not supported for local sources");
        }

        if (!Unpacks && RemoteSource.IsRepository(word))
        {
            throw new BuildSharpException($"{word}: source can't be a git ref for copy: add fetches it");
        }

        return await RemoteSource.FetchAsync(word, flags.NonEmptyText("checksum"), keepGitDirectory: null, Exclusions.OfFlags(flags.All("exclude"))?.From(""), fetcher, cancellation).ConfigureAwait(false);
    }

    private async Task<AddRequest> RequestAsync(
        WorkingContainer container, SourceRoot origin, Fetcher fetcher, Invocation call, CancellationToken cancellation)
    {
        var flags = call.Flags;
        var destination = call.Positionals.Count > 2 ? call.Positionals[^1] : "./";
        var sources = new List<AddSource>();
        try
        {
            foreach (var word in Sources(call))
            {
                sources.Add(await SourceAsync(word, origin, fetcher, flags, cancellation).ConfigureAwait(false));
            }
        }
        catch (BuildSharpException error)
        {
            throw Failed(container, error);
        }

        return new AddRequest
        {
            Sources = sources,
            Destination = destination,
            Extract = Unpacks,
            Chown = flags.NonEmptyText("chown"),
            Chmod = flags.NonEmptyText("chmod"),
            Filter = Filter(call, out var ignoreFile),
            Excluded = Exclusions.OfFlags(flags.All("exclude")),
            IgnoreFileName = ignoreFile,
            Parents = !Unpacks && flags.Bool("parents"),
            Independent = flags.Bool("link"),
            FollowLinks = !flags.Bool("no-follow-symlinks"),
            AllowWildcards = flags.Bool("allow-wildcard"),
            AllowEmptyWildcards = flags.Bool("allow-empty-wildcard"),
            PreserveOwnership = flags.IsSet("from") && !flags.IsSet("chown"),
            ModifiedAt = flags.NonEmptyText("timestamp") is { } time ? Moments.Parse(time) : null,
        };
    }

    private static IgnoreFilter? Filter(Invocation call, out string? fileName)
    {
        fileName = null;
        if (call.Flags.NonEmptyText("contextdir") is not { } context)
        {
            return null;
        }

        var given = call.Flags.NonEmptyText("ignorefile") is { } file ? IgnoreFiles.Require(file, call) : null;
        var found = BuildContext.OfDirectory(Path.GetFullPath(context, call.Surroundings.WorkingDirectory), given);
        fileName = found.IgnoreFileName;
        return found.Ignored is { } ignored ? new IgnoreFilter(ignored) : null;
    }
}
