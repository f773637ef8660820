using BuildSharp.Build;
using BuildSharp.Cli.Flags;
using BuildSharp.Containers.Fetching;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands;

/// <summary><c>build [CONTEXT]</c>, also <c>bud</c>: makes an image from a Containerfile.</summary>
internal sealed class BudVerb : Verb
{
    public override string Synopsis => "[flags] [CONTEXT]";

    public override string Summary => "Build an image from a Containerfile";

    public override string Description =>
        "Builds an image from a Containerfile or Dockerfile. CONTEXT is the directory that COPY\nand ADD take files from; without it, the current one.";

    public override IReadOnlyList<string> Examples => ["build -t app .", "bud -f Containerfile.dev --build-arg VERSION=1.2 -t app:dev ."];

    public override bool IsConfigured => true;

    public override ArgumentRule Arguments { get; } = new(Maximum: 1, TooMany: "accepts at most 1 arg(s), received {n}");

    public override FlagPlacement Placement => FlagPlacement.BeforeCommand;

    public override IEnumerable<FlagDefinition> Flags => BuildFlags.All;

    public override async Task<int> RunAsync(Invocation call, CancellationToken cancellation)
    {
        var flags = call.Flags;
        if (flags.Bool("check"))
            return await BuildCheck.RunAsync(call, cancellation).ConfigureAwait(false);

        RegistryFlags.Check(flags);
        BuildFlags.Check(flags);
        ResultFiles.Require(call, "iidfile", "iidfile-raw", "metadata-file");
        var platform = PlatformFlags.Wanted(flags, static _ => { }) ?? Platform.Host;
        using var log = BuildLogFile.Open(call, platform);
        await BuildAsync(log?.Invocation ?? call, cancellation).ConfigureAwait(false);
        return 0;
    }

    private static async Task BuildAsync(Invocation call, CancellationToken cancellation)
    {
        var flags = call.Flags;
        var names = new BuildNames(flags.All("tag"));
        var list = flags.NonEmptyText("manifest");
        CheckList(list, names);
        List<BuildOutput> outputs = [.. flags.All("output").Select(BuildOutput.Parse)];
        outputs.ForEach(output => output.Require(call));
        using var fetcher = new Fetcher(FetchSettings.Options(call));
        var request = await BuildInput.ReadAsync(call, fetcher, cancellation).ConfigureAwait(false) with { Names = names.Local, ShownName = names.Shown };
        using var store = call.OpenStore();
        var existing = store.Images().Select(image => image.Id).ToHashSet(StringComparer.Ordinal);
        var bases = new BaseImages(store, call, PullPolicyFlags.Read(flags));
        var result = await new DockerfileBuilder(store, bases, call.Surroundings.Clock, fetcher)
            .BuildAsync(request, new BuildPrinter(call, BuildFlags.IsQuiet(flags), showsIds: !flags.IsSet("iidfile")), cancellation).ConfigureAwait(false);

        var image = store.RequireImage(result.ImageId);
        var manifest = store.ReadImageData(image.Id, "manifest");
        if (list is not null)
            new ManifestEdit(store, call).Include(list, image);

        foreach (var output in outputs)
            output.Write(store, image, call);

        if (names.Elsewhere is { } elsewhere)
        {
            await ImageTransfer.PushAsync(store, image, elsewhere, CompressionChoice.OfCommit(flags), format: null, call, cancellation)
                .ConfigureAwait(false);
            if (!existing.Contains(image.Id) && names.Local.Count == 0)
                store.RemoveUnnamedImage(image.Id);
        }

        Report(result.ImageId, manifest, call, hasOutput: !outputs.Any(output => output.IsStandardOutput));
    }

    private static void CheckList(string? list, BuildNames names)
    {
        if (list is null)
            return;

        if (names.Local.Contains(ImageName.ForWriting(list)))
            throw new BuildSharpException("the same name must not be specified for both '--tag' and '--manifest'");

        if (names.Elsewhere is not null)
            throw new BuildSharpException($"--manifest {list}: a list needs its images in local storage; build without a transport in -t and push the image then");
    }

    private static void Report(string imageId, byte[] manifest, Invocation call, bool hasOutput)
    {
        ResultFiles.WriteMetadata(call, imageId, manifest);
        var written = ResultFiles.WriteId(call, "iidfile", "sha256:" + imageId);
        written |= ResultFiles.WriteId(call, "iidfile-raw", imageId);
        if (!written && hasOutput)
            call.Out.WriteLine(imageId);
    }
}
