using BuildSharp.Cli.Commands.Building;
using BuildSharp.Cli.Commands.Images;
using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Cli.Flags;
using BuildSharp.Cli.Help;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Transports;

namespace BuildSharp.Cli.Commands.Transfers;

/// <summary><c>manifest create|add|annotate|exists|inspect|push|remove|rm</c>: lists of images for several platforms, in local
/// storage.</summary>
internal sealed class ManifestVerb : Verb
{
    private static readonly string[] Platform = ["os", "arch", "variant", "os-version", "os-features"];

    private static readonly string[] Artifact =
        ["artifact-annotation", "artifact-config", "artifact-config-type", "artifact-exclude-titles", "artifact-layer-type", "artifact-subject", "artifact-type"];

    // By command: its flags, and its smallest and largest number of words.
    private static readonly Dictionary<string, (string[] Flags, int Fewest, int Most)> Commands = new()
    {
        ["create"] = (["all", "amend", "replace", "annotation"], 1, int.MaxValue),
        ["add"] = (["all", "annotation", "artifact", .. Artifact, .. Platform], 2, int.MaxValue),
        ["annotate"] = (["index", "annotation", "subject", .. Platform], 1, 2),
        ["exists"] = ([], 1, 1),
        ["inspect"] = ([], 1, 1),
        ["push"] = (["all", "rm", "digestfile", "format", "add-compression", "compression-format", "compression-level", "force-compression", "quiet", "progress"], 1, 2),
        ["remove"] = ([], 2, 2),
        ["rm"] = ([], 1, int.MaxValue),
    };

    public override string Synopsis => "[flags] COMMAND LIST [IMAGE|DIGEST|DESTINATION...]";

    public override string Summary => "Make and change lists of images for several platforms";

    public override string Description =>
        """
        Make and change lists of images for several platforms, in local storage.

          create LIST [IMAGE...]     make a list (--amend one that there is, --replace it)
          add LIST IMAGE             add an image, or with --all all images of a list
          add --artifact LIST FILE   add an artifact made of files, one or more
          annotate LIST DIGEST       say something of an entry, or with --index of the list
          exists LIST                exit with 0 if there is the list, else with 1
          inspect LIST               print the list, which may also be in a registry
          push LIST DESTINATION      write the list elsewhere, with its images
          remove LIST DIGEST         take an entry out
          rm LIST...                 remove lists; the images in them stay

        IMAGE is in local storage, or in a registry or a place such as oci:DIRECTORY:NAME, where it stays.
        DESTINATION is in a registry, or oci:, oci-archive: or dir:.
        """;

    public override IReadOnlyList<string> Examples =>
        ["manifest create app app:amd64 app:arm64", "manifest add --annotation a=b app app:s390x", "manifest push app oci:./layout:latest"];

    public override FlagPlacement Placement => FlagPlacement.Anywhere;

    public override IReadOnlyList<string> FirstWords { get; } = [.. Commands.Keys];

    public override IEnumerable<FlagDefinition> Flags =>
    [
        Flag.Bool("all", "create, add: every image of a list, not only the one for this machine; push: the images too, unless =false"),
        Flag.Bool("amend", "create: add to the list if there is one of the name"),
        Flag.Bool("replace", "create: take the name from the list that has it"),
        Flag.Bool("index", "annotate: the list itself"),
        Flag.List("annotation", "annotation of the list or the entry, KEY=VALUE", value: "annotation"),
        Flag.Text("os", "add, annotate: operating system of the entry", value: "os"),
        Flag.Text("arch", "add, annotate: processor architecture of the entry", value: "arch"),
        Flag.Text("variant", "add, annotate: variant of the processor architecture", value: "variant"),
        Flag.Text("os-version", "add, annotate: version of the operating system", value: "version"),
        Flag.CsvList("os-features", "add, annotate: features of the operating system", value: "list"),
        Flag.Text("digestfile", "push: file to write the list's digest to", value: "file"),
        Flag.Text("format", "push: format of the list and its images: oci or v2s2", 'f', value: "format"),
        Flag.Bool("rm", "push: remove the list afterwards; its images stay") with { Aliases = ["purge"] },
        Flag.List("add-compression", "push: add copies of the images with layers in this format, gzip or zstd", value: "format"),
        .. CompressionFlags.With(disabledByDefault: false).Where(flag => flag.Name != "disable-compression").Select(flag => flag with { Help = "push: " + flag.Help }),
        RegistryFlags.Quiet with { Help = "push: show no progress" },
        ProgressFlags.Progress with { Help = "push: how progress is shown: auto, tty, plain, quiet, or json for programs" },
        Flag.Bool("remove-signatures", "push: leave signatures behind").Accept(),
        Flag.Text("sign-by", "push: key to sign with", value: "key").Refuse("images are not signed"),
        Flag.CsvList("features", "features of the processor").Refuse("OCI indexes have no such field"),
        Flag.Text("subject", "annotate --index: image that the list refers to", value: "image"),
        Flag.Bool("artifact", "add: an artifact made of files, instead of an image"),
        Flag.List("artifact-annotation", "add --artifact: annotation of its manifest, KEY=VALUE", value: "annotation"),
        Flag.Text("artifact-config", "add --artifact: file that is its config", value: "file"),
        Flag.Text("artifact-config-type", "add --artifact: media type of its config", value: "type"),
        Flag.Bool("artifact-exclude-titles", "add --artifact: do not name the files"),
        Flag.Text("artifact-layer-type", "add --artifact: media type of its files", value: "type"),
        Flag.Text("artifact-subject", "add --artifact: image that it refers to", value: "image"),
        Flag.Text("artifact-type", "add --artifact: its type", value: "type"),
        Flag.Bool("insecure", "ignored").Hide().Accept(),
        .. RegistryFlags.Access,
        .. RegistryFlags.Retry,
        .. RegistryFlags.Rare.Where(flag => flag.Name == "signature-policy"),
    ];

    /// <remarks>These commands may read images from other transports or write to them.</remarks>
    public override bool Waits(Invocation call) => call.Positionals is ["create" or "add" or "push", _, _, ..] or ["inspect" or "annotate", ..];

    public override bool NeedsNamespace(Invocation call) => call.Positionals is ["push", ..];

    public override async Task<int> RunAsync(Invocation call, CancellationToken cancellation)
    {
        if (call.Positionals.Count == 0)
        {
            return CommandTree.ShowHelp(VerbTable.Find("manifest")!, call.Surroundings);
        }

        var (command, words) = (call.Positionals[0], call.Positionals.Skip(1).ToList());
        Check(command, words, call);
        using var store = command == "push" ? call.OpenStoreAsRoot() : call.OpenStore();
        var edit = new ManifestEdit(store, call);
        switch (command)
        {
            case "create":
                call.Out.WriteLine(await edit.CreateAsync(words[0], words[1..], cancellation).ConfigureAwait(false));
                return 0;
            case "add":
                ManifestArtifact.CheckFlags(call);
                return Changed(call, await (call.Flags.Bool("artifact")
                    ? edit.AddArtifactAsync(words[0], words[1..], cancellation)
                    : edit.AddAsync(words[0], words[1], cancellation)).ConfigureAwait(false));
            case "annotate":
                return Changed(call, await edit.AnnotateAsync(words[0], words.ElementAtOrDefault(1), cancellation).ConfigureAwait(false));
            case "remove":
                return Changed(call, edit.Remove(words[0], words[1]));
            case "exists":
                return edit.Exists(words[0]) ? 0 : 1;
            case "push":
                await PushAsync(call, store, edit, words, cancellation).ConfigureAwait(false);
                return 0;
            case "inspect":
                call.Out.Write(await edit.TextAsync(words[0], cancellation).ConfigureAwait(false));
                return 0;
            default:
                Delete(call, store, edit, words);
                return 0;
        }
    }

    private void Check(string command, List<string> words, Invocation call)
    {
        if (!Commands.TryGetValue(command, out var allowed))
        {
            throw new BuildSharpException(
                $"unknown command {GoQuoting.Quote(command)} for {GoQuoting.Quote($"{call.Surroundings.Program} manifest")}{Suggestion.Clause(command, FirstWords)}");
        }

        var own = new HashSet<string>(Commands.Values.SelectMany(other => other.Flags));
        if (own.FirstOrDefault(flag => call.Flags.IsSet(flag) && !allowed.Flags.Contains(flag)) is { } stray)
        {
            throw new BuildSharpException($"manifest {command} has no --{stray}; it belongs to {string.Join(" and ", Commands.Where(other => other.Value.Flags.Contains(stray)).Select(other => other.Key))}");
        }

        if (words.Count < allowed.Fewest)
        {
            throw new BuildSharpException(words.Count == 0 ? "a list name must be specified" : $"manifest {command} takes a list and an image or digest, received {words.Count} of 2");
        }

        if (words.Count > allowed.Most && command == "push")
        {
            throw new BuildSharpException("only two arguments are necessary to push: source and destination");
        }

        if (words.Count > (command == "add" && !call.Flags.Bool("artifact") ? 2 : allowed.Most))
        {
            throw new BuildSharpException($"manifest {command}: too many arguments specified");
        }
    }

    private static int Changed(Invocation call, (string List, Digest? Entry) done)
    {
        call.Out.WriteLine(done.Entry is { } digest ? $"{done.List}: {digest}" : done.List);
        return 0;
    }

    private static async Task PushAsync(Invocation call, Store store, ManifestEdit edit, List<string> words, CancellationToken cancellation)
    {
        var flags = call.Flags;
        RegistryFlags.Check(flags);
        ResultFiles.Require(call, "digestfile");
        var format = ImageFormat.MediaTypeOfListPush(flags.NonEmptyText("format"));
        var compression = CompressionChoice.OfList(flags);
        var images = new ListCopyOptions
        {
            // manifest push copies all images by default, unlike create and add.
            Images = !flags.IsSet("all") || flags.Bool("all"),
            AddCompression = CompressionChoice.Added(flags),
        };
        var list = edit.Find(words[0]);
        var location = ImageTransfer.Destination(words[^1]);
        var digest = await ImageTransfer.PushListAsync(store, list, location, compression, format, images, call, cancellation).ConfigureAwait(false);
        ResultFiles.WriteId(call, "digestfile", digest.ToString());
        if (flags.Bool("rm"))
        {
            new ImageDeletion(store, force: true).Remove(words[0]);
        }
    }

    private static void Delete(Invocation call, Store store, ManifestEdit edit, List<string> names)
    {
        var removal = new ImageDeletion(store, force: false);
        var errors = new BundledErrors();
        foreach (var name in names)
        {
            errors.Try(() =>
            {
                edit.Find(name);
                removal.Remove(name);
            });
        }

        removal.Print(call.Out);
        errors.ThrowAll();
    }
}
