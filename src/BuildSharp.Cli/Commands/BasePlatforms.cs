using BuildSharp.Build;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Transports;

namespace BuildSharp.Cli.Commands;

/// <summary><c>build --all-platforms</c>: the platforms that every base of a build is there for.</summary>
internal sealed class BasePlatforms(Store store)
{
    /// <summary>The platforms, in the order of the first base.</summary>
    /// <param name="plan">The build, for whichever platform.</param>
    /// <exception cref="BuildSharpException">No base says for what platforms it is there, or they have none in common.</exception>
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

    // A stage with a platform of its own, such as $BUILDPLATFORM, is built on that one for all.
    private static bool FollowsTarget(PlannedStage stage) =>
        stage.From.Platform is not { } platform || platform.Contains("TARGET", StringComparison.Ordinal);

    private IReadOnlyList<Platform> OfferedBy(string name)
    {
        if (store.FindImage(ImageName.TryStripStore(name, store) ?? name) is not { } image)
        {
            throw new BuildSharpException(TransportTable.TryParse(name, out _)
                ? $"--all-platforms: base {name}: its platforms are not known before it is in local storage; pull it first"
                : $"--all-platforms: base {name}: image not known: it is not in local storage, and pulling from registries is not supported yet");
        }

        if (!store.IsManifestList(image))
        {
            return [BaseImages.PlatformOf(store, image)];
        }

        var entries = ImageIndex.Parse(store.ReadManifestList(image)).Manifests;
        return [.. entries.Select(entry => entry.Platform).OfType<Platform>().Where(IsMeant).DistinctBy(platform => platform.ToString())];
    }

    // What is attached to an image, such as a provenance record, is entered for a platform that nothing runs on.
    private static bool IsMeant(Platform platform) => platform.Os != "unknown" && platform.Architecture != "unknown";
}
