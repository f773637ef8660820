using BuildSharp.Build;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Transports;

namespace BuildSharp.Cli.Commands;

/// <summary>Finds the image that a user names: in the store, or behind a transport.</summary>
internal sealed class BaseImages(Store store, Invocation call, PullPolicy policy) : IBaseImages
{
    /// <inheritdoc/>
    public async ValueTask<BaseImage> FindAsync(string name, Platform? platform, CancellationToken cancellationToken)
    {
        if (FindStored(name, platform) is { } found)
            return found;

        var stored = ImageName.TryStripStore(name, store);
        name = stored ?? name;
        if (stored is null && TransportTable.TryParse(name, out var location))
        {
            var image = await ImageTransfer.PullAsync(store, location, platform, call, cancellationToken).ConfigureAwait(false);
            return new BaseImage(image, image.Names is [var first, ..] ? first : null);
        }

        if (Reference.ProblemOf(name) is { } problem)
            throw new BuildSharpException($"{name}: image not known: invalid reference format: {problem}");

        throw new BuildSharpException(policy == PullPolicy.Never || stored is not null
            ? $"{name}: image not known"
            : $"{name}: image not known: it is not in local storage, and pulling from registries is not supported yet");
    }

    /// <summary>The image of that name in the store, unless the policy says to look elsewhere first.</summary>
    public BaseImage? FindStored(string name, Platform? platform)
    {
        var stored = ImageName.TryStripStore(name, store);
        name = stored ?? name;
        if ((policy == PullPolicy.Always && stored is null) || store.FindImage(name) is not { } local)
            return null;

        var image = store.ForPlatform(local, platform ?? Platform.Host);
        WarnOfOtherPlatform(image, platform);
        return new BaseImage(image, image.Id == local.Id ? ImageName.Matching(local.Names, name) : image.Names is [var own, ..] ? own : null);
    }

    private void WarnOfOtherPlatform(StoredImage image, Platform? wanted)
    {
        if (wanted is null)
            return;

        var platform = new ImageCatalog(store).Config(image).Platform;
        if (platform.Os != wanted.Os || platform.Architecture != wanted.Architecture)
        {
            call.Log.Warning(
                $"image platform ({platform}) does not match the expected platform ({wanted})");
        }
    }
}
