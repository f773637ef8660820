using BuildSharp.Cli.Commands.Building;
using BuildSharp.Cli.Commands.Images;
using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Cli.Commands.Transfers;
using BuildSharp.Cli.Flags;
using BuildSharp.Containers;
using BuildSharp.Containers.Committing;
using BuildSharp.Linux;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Transports;

namespace BuildSharp.Cli.Commands.WorkingContainers;

/// <summary><c>commit CTR [IMAGE]</c>: creates an image from a working container and prints its ID.</summary>
internal sealed class CommitVerb : Verb
{

    public override string Synopsis => "[flags] CONTAINER [IMAGE]";

    public override string Summary => "Make an image from a working container";

    public override string Description =>
        "Makes an image from a working container: its base's layers and one more.\nWithout IMAGE the result has no name; IMAGE may be in any transport.";

    public override IReadOnlyList<string> Examples => ["commit working-container app", "commit --rm working-container oci:./image:latest"];

    public override bool IsConfigured => true;

    public override ArgumentRule Arguments { get; } =
        new(1, "container ID must be specified", 2, "too many arguments specified");

    public override IEnumerable<FlagDefinition> Flags =>
    [
        ImageFormat.FlagWith('f'),
        Flag.Bool("squash", "put everything into one layer"),
        Flag.Bool("rm", "remove the container afterwards"),
        Flag.Text("iidfile", "file to write the image's ID to, instead of printing it", value: "file"),
        Flag.Text("metadata-file", "file to write facts about the image to", value: "file"),
        BuildFlags.ManifestList,
        RegistryFlags.Quiet,
        ProgressFlags.Progress,
        .. TimeFlags.All,
        Flag.Bool("omit-timestamp", "the same as --timestamp 0").Hide(),
        Flag.Text("reference-time", "file whose modification time is used", value: "file").Hide(),
        Flag.Bool("omit-history", "leave the history out"),
        Flag.Bool("identity-label", "label the image with the version that made it", on: true),
        Flag.List("change", "Containerfile instruction for the configuration", 'c', value: "instruction"),
        Flag.Text("config", "file with a configuration to merge", value: "file"),
        Flag.List("add-file", "file that the image gets and the container does not, SOURCE[:DESTINATION]", value: "file"),
        Flag.List("annotation", "annotation, KEY=VALUE (OCI only)", value: "annotation"),
        Flag.CsvList("unsetannotation", "annotation to leave out", value: "key"),
        Flag.Bool("created-annotation", "annotate the image with its creation time", on: true),
        Flag.CsvList("unsetenv", "variable to leave out", value: "name"),
        Flag.Text("sign-by", "key to sign with", value: "key").Refuse("images are not signed"),
        Flag.Text("cw", "confidential workload", value: "options").Refuse("confidential workloads are not made"),
        // --pull applies to scanner images only, and --sbom, which would run a scanner, is refused.
        Flag.OptionalText("pull", "when to fetch scanner images", "true", "true").Accept(),
        .. RegistryFlags.Access,
        .. RegistryFlags.Rare.Where(flag => flag.Name != "decryption-key"),
        .. CompressionFlags.With(disabledByDefault: true),
        .. EncryptionFlags.All,
        .. SbomFlags.All,
    ];

    public override bool NeedsNamespace(Invocation call) => true;

    public override async Task<int> RunAsync(Invocation call, CancellationToken cancellation)
    {
        var flags = call.Flags;
        RegistryFlags.Check(flags);
        CompressionChoice.CheckCommit(flags);
        TrustPolicyFile.CheckGiven(call);
        ResultFiles.Require(call, "iidfile", "metadata-file");
        var request = Request(call);
        var target = call.Positionals.Count > 1 ? call.Positionals[1] : null;
        ImageLocation? elsewhere = null;
        using var store = call.OpenStoreAsRoot();
        if (ImageName.TryStripStore(target, store) is { } stored)
        {
            request = request with { Name = Reference.ParseNormalized(stored).WithDefaultTag().ToString() };
        }
        else if (target is not null && !TransportTable.TryParse(target, out elsewhere))
        {
            request = request with { Name = ImageName.ForWriting(target) };
        }

        var list = flags.NonEmptyText("manifest");
        if (list is not null && elsewhere is not null)
        {
            throw new BuildSharpException($"--manifest {list}: a list needs its images in local storage; commit without {target} and push the image then");
        }

        if (elsewhere is null)
        {
            CompressionChoice.WarnOfStore(call);
        }

        var container = WorkingContainer.Open(store, call.Positionals[0], call.Surroundings.Clock);
        if (elsewhere is not null)
        {
            await SendAsync(store, container, request, elsewhere, call, cancellation).ConfigureAwait(false);
            return 0;
        }

        var outcome = container.Commit(request with { RemoveContainer = flags.Bool("rm") }, cancellation);
        Warn(outcome.Warnings, call);
        if (list is not null)
        {
            new ManifestEdit(store, call).Include(list, outcome.Image);
        }

        ResultFiles.WriteMetadata(call, outcome.Image, store.Images.ReadData(outcome.Image.Id, "manifest"));
        if (!ResultFiles.WriteId(call, "iidfile", "sha256:" + outcome.Image.Id))
        {
            call.Out.WriteLine(outcome.Image.Id);
        }

        return 0;
    }

    // Nothing goes through the store: the layer is made, compressed and sent in one pass.
    private static async Task SendAsync(
        Store store, WorkingContainer container, CommitRequest request, ImageLocation elsewhere, Invocation call, CancellationToken cancellation)
    {
        var image = container.Describe(request, cancellation);
        Warn(image.Warnings, call);
        await ImageTransfer.PushAsync(
            image.Source, ImageTransfer.Context(store, call), elsewhere, CompressionChoice.OfCommit(call.Flags), format: null, call, cancellation).ConfigureAwait(false);
        if (call.Flags.Bool("rm"))
        {
            container.Remove();
        }

        ResultFiles.WriteMetadata(call, image.Id, [], image.Manifest.Span);
        ResultFiles.WriteId(call, "iidfile", "sha256:" + image.Id);
    }

    private static void Warn(IReadOnlyList<string> warnings, Invocation call)
    {
        foreach (var warning in warnings)
        {
            call.Log.Warning(warning);
        }
    }

    private static CommitRequest Request(Invocation call)
    {
        var flags = call.Flags;
        var (timestamp, epoch) = Times(call);
        return new CommitRequest
        {
            Format = ImageFormat.MediaTypeOf(flags.Text("format")!),
            Squash = flags.Bool("squash"),
            Timestamp = timestamp,
            SourceDateEpoch = epoch,
            RewriteTimestamp = flags.Bool("rewrite-timestamp"),
            OmitHistory = flags.Bool("omit-history"),
            IdentityLabel = flags.IsSet("identity-label") ? flags.Bool("identity-label") : null,
            CreatedAnnotation = flags.Bool("created-annotation"),
            UnsetEnv = flags.All("unsetenv"),
            UnsetAnnotations = flags.All("unsetannotation"),
            Annotations = KeyValues.Read(flags.All("annotation")),
            AddedFiles = AddedFiles(call),
            Change = CommitChanges.Read(call),
        };
    }

    private static Dictionary<string, string> AddedFiles(Invocation call)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in call.Flags.All("add-file"))
        {
            var parts = text.Split(':', 2);
            var source = Path.GetFullPath(parts[0], call.Surroundings.WorkingDirectory);
            using var directory = DirectoryHandle.TryOpen(Path.GetDirectoryName(source) ?? "/");
            if (directory?.TryStat(Path.GetFileName(source), out var status, followLinks: true) is not true || !status.IsRegular)
            {
                var found = Path.Exists(source) ? "is not a regular file" : "does not exist";
                throw new BuildSharpException($"parsing add-file argument {GoQuoting.Quote(text)}: source {GoQuoting.Quote(parts[0])} {found}");
            }

            files[Path.GetFullPath("/" + parts[^1])] = source;
        }

        return files;
    }

    private static (Timestamp? Timestamp, Timestamp? Epoch) Times(Invocation call)
    {
        var flags = call.Flags;
        string[] exclusive = ["timestamp", "source-date-epoch", "omit-timestamp", "reference-time"];
        if (exclusive.Count(flags.IsSet) > 1)
        {
            throw new BuildSharpException("cannot use more then one timestamp option at at time");
        }

        var timestamp = Moments.OfFlag(flags, "timestamp");
        if (flags.Bool("omit-timestamp"))
        {
            timestamp = Timestamp.Epoch;
        }

        if (flags.NonEmptyText("reference-time") is { } file)
        {
            var path = Path.GetFullPath(file, call.Surroundings.WorkingDirectory);
            timestamp = File.Exists(path) || Directory.Exists(path)
                ? Timestamp.From(File.GetLastWriteTimeUtc(path))
                : throw new BuildSharpException($"stat {file}: no such file or directory");
        }

        var epoch = Moments.OfFlag(flags, "source-date-epoch");
        if (timestamp is not null && epoch is not null)
        {
            throw new BuildSharpException("cannot use more then one timestamp option at at time: SOURCE_DATE_EPOCH is one, too");
        }

        return (timestamp, epoch);
    }
}
