using System.Collections.Concurrent;
using BuildSharp.Build;
using BuildSharp.Cli.Commands.Building.Reporting;
using BuildSharp.Cli.Commands.Images;
using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Cli.Commands.Transfers;
using BuildSharp.Cli.Flags;
using BuildSharp.Containers.Fetching;
using BuildSharp.Dockerfiles;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Records;

namespace BuildSharp.Cli.Commands.Building;

/// <summary><c>build [CONTEXT]</c>, alias <c>bud</c>: builds an image from a Containerfile.</summary>
internal sealed class BudVerb : Verb
{
    public override string Synopsis => "[flags] [CONTEXT]";

    public override string Summary => "Build an image from a Containerfile";

    public override string Description =>
        "Builds an image from a Containerfile or Dockerfile. CONTEXT is the directory that COPY\nand ADD take files from; without it, the current one.";

    public override IReadOnlyList<string> Examples => ["build -t app .", "bud -f Containerfile.dev --build-arg VERSION=1.2 -t app:dev ."];

    public override bool IsConfigured => true;

    public override ArgumentRule Arguments { get; } = new(Maximum: 1, TooMany: "accepts at most 1 arg(s), received {n}");

    public override FlagPlacement Placement => FlagPlacement.Anywhere;

    public override IEnumerable<FlagDefinition> Flags => BuildFlags.All;

    public override bool NeedsNamespace(Invocation call) => !call.Flags.Bool("check");

    public override async Task<int> RunAsync(Invocation call, CancellationToken cancellation)
    {
        var flags = call.Flags;
        if (flags.Bool("check"))
        {
            return await BuildCheck.RunAsync(call, cancellation).ConfigureAwait(false);
        }

        RegistryFlags.Check(flags);
        BuildFlags.Check(flags);
        ResultFiles.Require(call, "iidfile", "iidfile-raw", "metadata-file", "report");
        using var log = BuildLogFile.Open(call);
        using var live = log is null ? LiveBuildOutput.Open(call) : null;
        call = log?.Invocation ?? live?.Invocation ?? WithoutDrawing(call);
        var report = BuildReport.Of(call);
        await (report?.WriteAfterAsync(() => BuildAsync(call, report, cancellation)) ?? BuildAsync(call, null, cancellation)).ConfigureAwait(false);
        return 0;
    }

    // With standard output elsewhere, as in "bud | tee log", another program may write to the terminal.
    private static Invocation WithoutDrawing(Invocation call) => ProgressFlags.Mode(call.Flags) == ProgressMode.Auto
        ? call with { Surroundings = call.Surroundings with { Display = null } }
        : call;

    private static async Task BuildAsync(Invocation call, BuildReport? report, CancellationToken cancellation)
    {
        var flags = call.Flags;
        var outputs = BuildOutput.Of(flags);
        var names = new BuildNames([.. flags.All("tag"), .. outputs.Select(output => output.Name).OfType<string>()]);
        var list = flags.NonEmptyText("manifest");
        CheckList(list, names);
        TrustPolicyFile.CheckGiven(call);
        if (names.Elsewhere is null)
        {
            CompressionChoice.WarnOfStore(call);
        }

        var isNothing = outputs.Count > 0 && outputs.All(output => output.Kind == OutputKind.Nothing);
        foreach (var output in outputs)
        {
            output.Require(names.Local, call);
        }

        CheckSeveral(PlatformFlags.Wanted(flags), names, outputs, call);
        using var fetcher = new Fetcher(FetchSettings.Options(call));
        var request = await BuildInput.ReadAsync(call, fetcher, cancellation).ConfigureAwait(false) with { Names = isNothing ? [] : names.Local, ShownName = names.Shown };
        report?.Hide(request);
        var dockerfile = DockerfileParser.Parse(request.Dockerfiles);
        using var store = call.OpenStoreAsRoot();
        if (list is not null)
        {
            new ManifestEdit(store, call).RequireListOrNothing(list);
        }

        var platforms = flags.Bool("all-platforms")
            ? new BasePlatforms(store).Of(BuildPlan.Create(dockerfile, request))
            : BuildInput.Platforms(call, request);
        CheckSeveral(platforms, names, outputs, call);
        var existing = store.Images.All().Select(image => image.Id).ToHashSet(StringComparer.Ordinal);
        var builds = new List<PlatformBuild>();
        var times = new StepTimes(call.Surroundings.Clock);
        using var jobs = new JobLimit(BuildFlags.Jobs(flags));
        var shared = new SharedOutput(call);
        call = shared.Invocation;
        try
        {
            // Plan all platforms before building the first, so that an error in the last one is reported before the time is spent.
            foreach (var platform in platforms.DefaultIfEmpty())
            {
                builds.Add(new PlatformBuild(dockerfile, request, platform, platforms, times, jobs, shared, report));
            }

            foreach (var doubt in dockerfile.Diagnostics)
            {
                call.Log.Warning($"{doubt.Span}: {string.Join(". ", [doubt.Message, .. doubt.Hints])}");
            }

            var images = await MakeAsync(
                builds, jobs, store, fetcher, request, id => !existing.Contains(id) && names.Local.Count == 0 && !request.Layers, call, cancellation)
                .ConfigureAwait(false);
            if (images.Count > 1 && request.Names.Count > 0)
            {
                // Of images with one name that of the last platform keeps it, whichever was built last.
                store.Images.AddNames(images[^1].Id, request.Names);
            }

            if (list is not null)
            {
                new ManifestEdit(store, call).Include(list, images);
            }

            foreach (var place in outputs)
            {
                await place.WriteAsync(store, images[0], names.Local, call, cancellation).ConfigureAwait(false);
            }

            var manifest = store.Images.ReadData(images[0].Id, "manifest");
            if (names.Elsewhere is { } elsewhere)
            {
                await ImageTransfer.PushAsync(store, images[0], name: null, elsewhere, CompressionChoice.OfCommit(flags), format: null, call, cancellation)
                    .ConfigureAwait(false);
                if (!existing.Contains(images[0].Id) && names.Local.Count == 0)
                {
                    store.Images.RemoveUnnamed(images[0].Id);
                }
            }

            foreach (var image in images.Where(image => isNothing && !request.Layers && !existing.Contains(image.Id)))
            {
                store.Images.RemoveUnnamed(image.Id);
            }

            if (call.Surroundings.ErrorIsTerminal && !BuildFlags.IsQuiet(flags) && call.Surroundings.Json is null)
            {
                foreach (var line in times.Summary(call.Surroundings.TerminalSize()?.Columns ?? 80))
                {
                    call.Error.WriteLine(line);
                }
            }

            Report(builds, images, manifest, call, hasOutput: !isNothing && !outputs.Any(output => output.IsStandardOutput));
        }
        finally
        {
            builds.ForEach(build => build.Dispose());
        }
    }

    /// <summary>Builds the platforms, side by side unless there is one job only. When one fails, removes the unnamed images of the others.</summary>
    private static async Task<IReadOnlyList<StoredImage>> MakeAsync(
        IReadOnlyList<PlatformBuild> builds, JobLimit jobs, Store store, Fetcher fetcher, BuildRequest request, Predicate<string> isOfNoUseAlone,
        Invocation call, CancellationToken cancellation)
    {
        var remote = new RemoteCache(store, request, call, cancellation);
        await using var uploads = remote.ConfigureAwait(false);
        var images = new ConcurrentQueue<StoredImage>();
        async Task<StoredImage> MakeAsync(PlatformBuild build, CancellationToken cancellation)
        {
            var image = await build.RunAsync(store, fetcher, remote, cancellation).ConfigureAwait(false);
            images.Enqueue(image);
            return image;
        }

        try
        {
            if (!jobs.IsSerial && builds.Count > 1)
            {
                return await SideBySide.RunAsync(
                    builds.Select(build => new Func<CancellationToken, Task<StoredImage>>(stop => MakeAsync(build, stop))), cancellation).ConfigureAwait(false);
            }

            foreach (var build in builds)
            {
                await MakeAsync(build, cancellation).ConfigureAwait(false);
            }

            return [.. images];
        }
        catch
        {
            foreach (var image in images.Where(image => isOfNoUseAlone(image.Id)))
            {
                try
                {
                    store.Images.RemoveUnnamed(image.Id);
                }
                catch (BuildSharpException error)
                {
                    call.Log.Warning(error.Message);
                }
            }

            throw;
        }
    }

    private static void CheckList(string? list, BuildNames names)
    {
        if (list is null)
        {
            return;
        }

        if (names.Local.Contains(ImageName.ForWriting(list)))
        {
            throw new BuildSharpException("the same name must not be specified for both '--tag' and '--manifest'");
        }

        if (names.Elsewhere is not null)
        {
            throw new BuildSharpException($"--manifest {list}: a list needs its images in local storage; build without a transport in -t and push the image then");
        }
    }

    // These outputs hold one image, so each platform would overwrite the one before.
    private static void CheckSeveral(IReadOnlyList<Platform> platforms, BuildNames names, IReadOnlyList<BuildOutput> outputs, Invocation call)
    {
        if (platforms.Count < 2)
        {
            return;
        }

        ResultFiles.RefuseForSeveral(call);
        if (outputs.FirstOrDefault(output => output.IsOfOne) is { } single)
        {
            throw new BuildSharpException(single.Kind == OutputKind.Registry
                ? "building multiple images, but pushing takes one; put them into a list with --manifest and push that"
                : $"building multiple images, but --output {call.Flags.All("output")[0]} takes the files of one; build each platform with an --output of its own");
        }

        if (names.Elsewhere is not null)
        {
            throw new BuildSharpException($"building multiple images, but --tag {names.Shown} is a place for one; put them into a list with --manifest and push that");
        }
    }

    private static void Report(IReadOnlyList<PlatformBuild> builds, IReadOnlyList<StoredImage> images, byte[] manifest, Invocation call, bool hasOutput)
    {
        ResultFiles.WriteMetadata(call, images[0], manifest);
        var written = ResultFiles.WriteId(call, "iidfile", "sha256:" + images[0].Id);
        written |= ResultFiles.WriteId(call, "iidfile-raw", images[0].Id);
        if (written || !hasOutput)
        {
            return;
        }

        foreach (var (build, image) in builds.Zip(images))
        {
            build.PrintId(image);
        }
    }
}
