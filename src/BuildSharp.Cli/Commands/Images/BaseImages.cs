using BuildSharp.Build;
using BuildSharp.Cli.Commands.Registries;
using BuildSharp.Cli.Commands.Transfers;
using BuildSharp.Cli.Flags;
using BuildSharp.Oci;
using BuildSharp.Registry.Configuration;
using BuildSharp.Storage;
using BuildSharp.Storage.Records;
using BuildSharp.Transports;
using BuildSharp.Transports.Docker;

namespace BuildSharp.Cli.Commands.Images;

/// <summary>Finds a base image by the name that a user gives: in the store, or through a transport.</summary>
/// <remarks>An image found by name must match the requested platform; a stored image for another platform counts as not found. An image
/// given by its ID or by a transport is used whatever its platform, with a warning on a mismatch, as buildah does.</remarks>
internal sealed class BaseImages(Store store, Invocation call, PullPolicy policy) : IBaseImages
{
    /// <inheritdoc/>
    public async ValueTask<BaseImage> FindAsync(string name, Platform? platform, CancellationToken cancellationToken)
    {
        var stored = ImageName.TryStripStore(name, store);
        var isRegistry = false;
        if (stored is null && TransportTable.TryParse(name, out var location))
        {
            if (location is not RegistryLocation registry)
            {
                return await PullAsync(location, platform, cancellationToken).ConfigureAwait(false);
            }

            // A name in a registry may be in the store already, like any other full name.
            name = registry.Name.ToString();
            isRegistry = true;
        }

        if (FindStored(stored ?? name, platform, isStored: stored is not null) is { } found
            && !await IsOlderAsync(found, cancellationToken).ConfigureAwait(false))
        {
            return found;
        }

        name = stored ?? name;
        if (Reference.ProblemOf(name) is { } problem)
        {
            throw new BuildSharpException($"{name}: image not known: invalid reference format: {problem}");
        }

        if (policy == PullPolicy.Never || stored is not null)
        {
            throw new BuildSharpException($"{name}: image not known{WhyUnknown(name, platform)}");
        }

        RefuseLocalName(name, isRegistry);
        try
        {
            Task<BaseImage> PullNamedAsync(Reference full) => PullAsync(RegistryLocation.Of(full), platform, cancellationToken);
            var reference = Reference.Parse(name);
            return await (reference.IsShort
                ? ShortNamePull.RunAsync(call, reference, PullNamedAsync, cancellationToken)
                : PullNamedAsync(reference.InDomain(reference.Domain))).ConfigureAwait(false);
        }
        catch (BuildSharpException error) when (ImageName.SuggestionFor(store, name) is { Length: > 0 } suggestion)
        {
            throw new BuildSharpException(error.Message + suggestion, error);
        }
    }

    /// <summary>Refuses names that only images built here have, before a registry is asked for them.</summary>
    private void RefuseLocalName(string name, bool isRegistry)
    {
        if (isRegistry)
        {
            return;
        }

        if (Reference.Parse(name).Domain == "localhost")
        {
            var hint = ImageName.SuggestionFor(store, name) is { Length: > 0 } suggestion
                ? suggestion
                : $": it is not in local storage; a registry on this machine is written docker://{name}";
            throw new BuildSharpException($"{name}: image not known{hint}");
        }

        if (policy == PullPolicy.Always && store.Images.Find(name) is { } local
            && ImageName.Matching(local.Names, name)?.StartsWith("localhost/", StringComparison.Ordinal) == true)
        {
            throw new BuildSharpException(
                $"{name}: image not known: local storage has it, but pull policy \"always\" asks a registry, and its name is not of one");
        }
    }

    private async Task<BaseImage> PullAsync(ImageLocation location, Platform? platform, CancellationToken cancellationToken)
    {
        var image = await ImageTransfer.PullAsync(store, location, platform, call, cancellationToken).ConfigureAwait(false);
        WarnOfOther(PlatformOf(image), platform);
        return new BaseImage(image, image.Names.FirstOrDefault());
    }

    /// <summary>For <see cref="PullPolicy.Newer"/>: whether the registry has another image of the name. A registry that cannot be reached
    /// is no reason to do without the stored image.</summary>
    private async Task<bool> IsOlderAsync(BaseImage found, CancellationToken cancellationToken)
    {
        if (policy != PullPolicy.Newer || found.Name is null || Reference.Parse(found.Name) is not { Tag: { } tag, Domain: not "localhost" } name)
        {
            return false;
        }

        try
        {
            var current = await RegistryTags.FindDigestAsync(name, RegistrySettings.Access(call), cancellationToken).ConfigureAwait(false);
            call.Debug?.Report($"{name} is {current?.ToString() ?? "missing"} in its registry, {found.Image.Digest} in the store");
            return current is { } digest && !found.Image.HasManifest(digest);
        }
        catch (BuildSharpException error)
        {
            call.Log.Debug($"{name} is taken from the store: {error.Message}");
            return false;
        }
    }

    /// <summary>Finds the image in the store, if that decides. Null when it is not there, the policy asks a registry, or the name is for
    /// another platform.</summary>
    public BaseImage? FindStored(string name, Platform? platform)
    {
        var stored = ImageName.TryStripStore(name, store);
        return policy == PullPolicy.Newer && stored is null ? null : FindStored(stored ?? name, platform, stored is not null);
    }

    private BaseImage? FindStored(string name, Platform? platform, bool isStored)
    {
        // registries.conf decides how a short name is completed, so a missing file could lead to another image: an error here, a warning
        // elsewhere.
        if (RegistryFlags.MissingConfiguration(call.Flags, call.Surroundings.WorkingDirectory).FirstOrDefault() is { } missing)
        {
            throw new BuildSharpException(missing);
        }

        var local = policy == PullPolicy.Always && !isStored ? null : store.Images.Find(name);
        if (local is null && !isStored && policy != PullPolicy.Always && FindByShortName(name) is var (found, full))
        {
            call.Debug?.Report($"{name} means {full}, which the store has");
            (local, name) = (found, full);
        }

        if (local is null)
        {
            call.Debug?.Report($"{name} is looked for outside the store (pull policy {policy.ToString().ToLowerInvariant()})");
            return null;
        }

        var image = store.ManifestLists.ForPlatform(local, platform ?? Platform.Host);
        var known = ImageName.Matching(local.Names, name);
        var offered = PlatformOf(image);
        if (!isStored && known is not null && platform is not null && !PlatformChoice.Serves(offered, platform))
        {
            call.Debug?.Report($"{name} of the store is image {image.Id} for {offered}, which does not serve {platform}");
            return null;
        }

        WarnOfOther(offered, platform);
        call.Debug?.Report($"{name} is taken from the store: image {image.Id} for {offered} (pull policy {policy.ToString().ToLowerInvariant()})");
        return new BaseImage(image, image.Id == local.Id ? ImageName.Of(local.Names, name) : image.Names.FirstOrDefault());
    }

    // An image that was pulled by a short name has the full name that an alias or a search registry gave.
    private (StoredImage Image, string Name)? FindByShortName(string text)
    {
        if (!Reference.TryParse(text, out var name) || !name.IsShort)
        {
            return null;
        }

        foreach (var candidate in new ShortNames(RegistryConfiguration.Read(call), RegistryConfiguration.Aliases(call).Read()).CandidatesOf(name))
        {
            if (store.Images.Find(candidate.ToString()) is { } image)
            {
                return (image, candidate.ToString());
            }
        }

        return null;
    }

    private string WhyUnknown(string name, Platform? platform) => platform is not null && store.Images.Find(name) is { } other
        ? $" for {platform}: {Mismatch(PlatformOf(store.ManifestLists.ForPlatform(other, platform)), platform)}"
        : ImageName.SuggestionFor(store, name);

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
