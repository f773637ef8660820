using BuildSharp.Build;
using BuildSharp.Cli.Commands.Transfers;
using BuildSharp.Cli.Flags;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Records;
using BuildSharp.Transports;

namespace BuildSharp.Cli.Commands.Images;

/// <summary>Finds a base image by the name that a user gives: in the store, or through a transport.</summary>
/// <remarks>An image found by name must match the requested platform; a stored image for another platform counts as not found. An image
/// given by its ID or by a transport is used whatever its platform, with a warning on a mismatch, as buildah does.</remarks>
internal sealed class BaseImages(Store store, Invocation call, PullPolicy policy) : IBaseImages
{
    /// <inheritdoc/>
    public async ValueTask<BaseImage> FindAsync(string name, Platform? platform, CancellationToken cancellationToken)
    {
        if (FindStored(name, platform) is { } found)
        {
            return found;
        }

        var stored = ImageName.TryStripStore(name, store);
        name = stored ?? name;
        if (stored is null && TransportTable.TryParse(name, out var location))
        {
            var image = await ImageTransfer.PullAsync(store, location, platform, call, cancellationToken).ConfigureAwait(false);
            WarnOfOther(PlatformOf(image), platform);
            return new BaseImage(image, image.Names.FirstOrDefault());
        }

        if (Reference.ProblemOf(name) is { } problem)
        {
            throw new BuildSharpException($"{name}: image not known: invalid reference format: {problem}");
        }

        throw new BuildSharpException($"{name}: image not known{WhyUnknown(name, platform, isLocal: policy == PullPolicy.Never || stored is not null)}");
    }

    /// <summary>Finds the image in the store. Null when it is not there, the policy is <see cref="PullPolicy.Always"/>, or the name is for
    /// another platform.</summary>
    public BaseImage? FindStored(string name, Platform? platform)
    {
        // registries.conf decides how a short name is completed, so a missing file could lead to another image: an error here, a warning
        // elsewhere.
        if (RegistryFlags.MissingConfiguration(call.Flags, call.Surroundings.WorkingDirectory).FirstOrDefault() is { } missing)
        {
            throw new BuildSharpException(missing);
        }

        var stored = ImageName.TryStripStore(name, store);
        name = stored ?? name;
        if ((policy == PullPolicy.Always && stored is null) || store.Images.Find(name) is not { } local)
        {
            call.Debug?.Report($"{name} is looked for outside the store (pull policy {policy.ToString().ToLowerInvariant()})");
            return null;
        }

        var image = store.ManifestLists.ForPlatform(local, platform ?? Platform.Host);
        var known = ImageName.Matching(local.Names, name);
        var offered = PlatformOf(image);
        if (stored is null && known is not null && platform is not null && !PlatformChoice.Serves(offered, platform))
        {
            call.Debug?.Report($"{name} of the store is image {image.Id} for {offered}, which does not serve {platform}");
            return null;
        }

        WarnOfOther(offered, platform);
        call.Debug?.Report($"{name} is taken from the store: image {image.Id} for {offered} (pull policy {policy.ToString().ToLowerInvariant()})");
        return new BaseImage(image, image.Id == local.Id ? ImageName.Of(local.Names, name) : image.Names.FirstOrDefault());
    }

    private string WhyUnknown(string name, Platform? platform, bool isLocal)
    {
        if (policy == PullPolicy.Always && !isLocal && store.Images.Find(name) is not null)
        {
            return ": local storage has it, but pull policy \"always\" asks a registry, and pulling from registries is not supported yet";
        }

        if (platform is not null && policy != PullPolicy.Always && store.Images.Find(name) is { } other)
        {
            return $" for {platform}: {Mismatch(PlatformOf(store.ManifestLists.ForPlatform(other, platform)), platform)}"
                + (isLocal ? "" : ", and pulling from registries is not supported yet");
        }

        return ImageName.SuggestionFor(store, name) + (isLocal ? "" : ": it is not in local storage, and pulling from registries is not supported yet");
    }

    private void WarnOfOther(Platform offered, Platform? wanted)
    {
        wanted ??= Platform.Host;
        if (!offered.IsSameMachine(wanted))
        {
            call.Log.Warning(Mismatch(offered, wanted));
        }
    }

    private static string Mismatch(Platform offered, Platform wanted) =>
        $"image platform ({offered}) does not match the expected platform ({wanted})";

    private Platform PlatformOf(StoredImage image) => PlatformOf(store, image);

    /// <summary>Platform of a stored image. A field that its config leaves empty is taken from the host.</summary>
    public static Platform PlatformOf(Store store, StoredImage image)
    {
        var (said, host) = (ImageCatalog.ReadConfig(store, image).Platform, Platform.Host);
        return said with
        {
            Os = said.Os.Length > 0 ? said.Os : host.Os,
            Architecture = said.Architecture.Length > 0 ? said.Architecture : host.Architecture,
        };
    }
}
