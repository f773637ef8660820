using BuildSharp.Cli.Flags;
using BuildSharp.Containers;
using BuildSharp.Containers.Adding;
using BuildSharp.Dockerfiles.Ignoring;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands;

/// <summary>What <c>add</c> and <c>copy</c> share: only <c>add</c> unpacks archives, only <c>copy</c> keeps leading directories.</summary>
internal abstract class ContentVerb : SyncVerb
{
    public override string Synopsis => "[flags] CONTAINER SOURCE... [DESTINATION]";

    public override VerbGroup Group => VerbGroup.Container;

    public override ArgumentRule Arguments { get; } = new(1, "requires at least 1 arg(s), only received 0");

    public override IEnumerable<FlagDefinition> Flags =>
    [
        Flag.Bool("add-history", "note it in the image's history", variable: "BUILDAH_HISTORY"),
        Flag.Bool("allow-wildcard", "let a source be a pattern", on: true),
        Flag.Bool("allow-empty-wildcard", "let a pattern match nothing"),
        Flag.Text("chmod", "mode of the new content, octal or as chmod(1) writes it", value: "mode"),
        Flag.Text("chown", "owner of the new content, USER[:GROUP]", value: "owner"),
        Flag.Text("checksum", "digest a downloaded source must have", value: "digest"),
        Flag.Text("contextdir", "directory that sources are in", value: "dir"),
        Flag.Text("ignorefile", "file with patterns of what to leave out", value: "file"),
        Flag.CsvList("exclude", "pattern of what to leave out", value: "pattern"),
        Flag.Text("from", "container or image that sources are in", value: "name"),
        Flag.Bool("link", "make a layer of its own").Refuse("content goes into the container's one layer", "false"),
        Flag.Bool("no-follow-symlinks", "copy a link that is a source as a link"),
        RegistryFlags.Quiet with { Help = "do not print the digest of what was added" },
        Flag.Text("timestamp", "modification time of the new content", value: "time"),
        Flag.Text("cert-dir", "directory with certificates for the registry", value: "dir"),
        Flag.Bool("tls-verify", "require HTTPS and a valid certificate", on: true),
        .. RegistryFlags.Retry,
        .. RegistryFlags.Access.Where(flag => flag.Name is "authfile" or "creds").Select(flag => flag.Hide()),
        .. RegistryFlags.Rare.Select(flag => flag.Hide()),
        Flag.Bool("remove-signatures", "leave signatures behind").Hide().Accept(),
    ];

    /// <summary>Whether a local archive is unpacked.</summary>
    protected abstract bool Unpacks { get; }

    protected override int Run(Invocation call)
    {
        var flags = call.Flags;
        RegistryFlags.Check(flags);
        if (call.Positionals.Count < 2)
            throw new BuildSharpException("src must be specified");

        if (flags.IsSet("ignorefile") && !flags.IsSet("contextdir"))
            throw new BuildSharpException("--ignorefile option requires that you specify a context dir using --contextdir");

        if (flags.IsSet("checksum"))
            throw new BuildSharpException("checksum flag is not supported for local sources");

        using var store = call.OpenStore();
        var container = WorkingContainer.Open(store, call.Positionals[0], call.Surroundings.Clock);
        using var origin = ContentOrigin.Open(store, call);
        var result = Add(container, Request(origin, call));
        if (flags.Bool("add-history"))
        {
            container.AddEmptyHistory($"/bin/sh -c #(nop) {call.VerbName.ToUpperInvariant()} {result.HistoryText}");
            container.Save();
        }

        if (!flags.Bool("quiet") && result.Kind != ContentKind.None)
            call.Out.WriteLine(result.Digest.Hex);

        return 0;
    }

    private static AddResult Add(WorkingContainer container, AddRequest request)
    {
        try
        {
            return container.Add(request);
        }
        catch (BuildSharpException error)
        {
            throw new BuildSharpException($"adding content to container {GoText.Quote(container.Name)}: {error.Message}", error);
        }
    }

    private AddRequest Request(ContentOrigin origin, Invocation call)
    {
        var flags = call.Flags;
        var words = call.Positionals.Skip(1).ToList();
        var destination = words.Count > 1 ? words[^1] : "./";
        var sources = words.Count > 1 ? words[..^1] : words;
        return new AddRequest
        {
            Sources = [.. sources.Select(origin.Source)],
            Destination = destination,
            Extract = Unpacks,
            Chown = flags.NonEmptyText("chown"),
            Chmod = flags.NonEmptyText("chmod"),
            Filter = Filter(call, out var ignoreFile),
            IgnoreFileName = ignoreFile,
            Parents = !Unpacks && flags.Bool("parents"),
            FollowLinks = !flags.Bool("no-follow-symlinks"),
            AllowWildcards = flags.Bool("allow-wildcard"),
            AllowEmptyWildcards = flags.Bool("allow-empty-wildcard"),
            PreserveOwnership = flags.IsSet("from") && !flags.IsSet("chown"),
            ModifiedAt = flags.NonEmptyText("timestamp") is { } time ? Moments.Parse(time) : null,
        };
    }

    private static PatternFilter? Filter(Invocation call, out string? fileName)
    {
        var files = new List<IgnoreFile>();
        fileName = null;
        if (call.Flags.NonEmptyText("contextdir") is { } context)
        {
            fileName = IgnoreFiles.Find(Path.GetFullPath(context, call.Surroundings.WorkingDirectory), call.Flags.NonEmptyText("ignorefile"), call);
            if (fileName is not null)
                files.Add(IgnoreFile.Parse(File.ReadAllText(fileName)));
        }

        if (call.Flags.All("exclude") is { Count: > 0 } patterns)
            files.Add(IgnoreFile.Parse(string.Join('\n', patterns)));

        return files.Count == 0 ? null : new PatternFilter(files);
    }
}
