using BuildSharp.Build;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Transports;

namespace BuildSharp.Cli.Commands.Images;

/// <summary><c>build --all-platforms</c>: the platforms that all base images of a build have in common.</summary>
internal sealed class BasePlatforms(Store store)
{
    /// <summary>The common platforms, in the order of the first base image.</summary>
    /// <param name="plan">The build, planned for any platform.</param>
    /// <exception cref="BuildSharpException">No stage has a base image, a base image is not in the store, or they share no
    /// platform.</exception>
    public IReadOnlyList<Platform> Of(BuildPlan plan)
    {
        var bases = plan.Needed.Select(index => plan.Graph.Stages[index])
            .Where(FollowsTarget).Select(stage => stage.Base).OfType<ImageBase>().Select(image => image.Name).Distinct().ToList();
        if (bases.Count == 0)
        {
            throw new BuildSharpException("--all-platforms: build uses no non-scratch base images; name the platforms with --platform");
        }

        var common = bases.Select(OfferedBy).Aggregate((before, offered) => [.. before.Where(one => offered.Any(one.IsSameMachine))]);
        return common.Count > 0
            ? common
            : throw new BuildSharpException($"--all-platforms: there is no platform that all base images are for: {string.Join(", ", bases)}");
    }

    // A stage with a fixed --platform, such as $BUILDPLATFORM, has the same base image for every target platform.
    private static bool FollowsTarget(PlannedStage stage) =>
        stage.From.Platform is not { } platform || platform.Contains("TARGET", StringComparison.Ordinal);

    private IReadOnlyList<Platform> OfferedBy(string name)
    {
        if (store.Images.Find(ImageName.TryStripStore(name, store) ?? name) is not { } image)
        {
            throw new BuildSharpException(TransportTable.TryParse(name, out _)
                ? $"--all-platforms: base {name}: its platforms are not known before it is in local storage; pull it first"
                : $"--all-platforms: base {name}: image not known: it is not in local storage; name the platforms with --platform");
        }

        if (!store.ManifestLists.IsList(image))
        {
            return [BaseImages.PlatformOf(store, image)];
        }

        var entries = ImageIndex.Parse(store.ManifestLists.Read(image)).Manifests;
        return [.. entries.Select(entry => entry.Platform).OfType<Platform>().Where(IsMeant).DistinctBy(platform => platform.ToString())];
    }

    // An attestation, such as a provenance record, is listed in the index with the platform "unknown/unknown".
    private static bool IsMeant(Platform platform) => platform.Os != "unknown" && platform.Architecture != "unknown";
}
