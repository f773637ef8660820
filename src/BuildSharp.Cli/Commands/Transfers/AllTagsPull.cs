using BuildSharp.Cli.Commands.Registries;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Records;
using BuildSharp.Transports;
using BuildSharp.Transports.Docker;

namespace BuildSharp.Cli.Commands.Transfers;

/// <summary><c>pull --all-tags</c>: pulls every tag of a repository.</summary>
internal static class AllTagsPull
{
    /// <summary>Pulls the tags in the order of the registry.</summary>
    /// <returns>The image of the last tag.</returns>
    /// <exception cref="BuildSharpException">The name is of something else than a repository, it has no tags, or an image cannot be
    /// pulled.</exception>
    public static async Task<StoredImage> RunAsync(Store store, Invocation call, Platform? platform, PullPolicy policy, CancellationToken cancellation)
    {
        var text = call.Positionals[0];
        if (TransportTable.TryParse(text, out var location) && location is not RegistryLocation)
        {
            throw new BuildSharpException($"pulling all tags is not supported for {location.Transport} transport");
        }

        var name = Reference.Parse(location is null ? text : text["docker://".Length..]);
        if (name.Tag is not null || name.Digest is not null)
        {
            throw new BuildSharpException($"pull --all-tags {text}: it names one image; give the repository alone, {name.Name}");
        }

        if (policy == PullPolicy.Never)
        {
            throw new BuildSharpException("--all-tags and --policy never cannot be used together: only the registry knows all tags");
        }

        Task<StoredImage> PullAsync(Reference full) => PullTagsAsync(store, call, full, platform, cancellation);
        return await (name.IsShort && location is null
            ? ShortNamePull.RunAsync(call, name, PullAsync, cancellation)
            : PullAsync(name.InDomain("docker.io"))).ConfigureAwait(false);
    }

    private static async Task<StoredImage> PullTagsAsync(
        Store store, Invocation call, Reference repository, Platform? platform, CancellationToken cancellation)
    {
        var tags = await TransferRetry.RunAsync(
            () => RegistryTags.ListAsync(repository, RegistrySettings.Access(call), cancellation), call, cancellation).ConfigureAwait(false);
        StoredImage? last = null;
        foreach (var tag in tags)
        {
            last = await ImageTransfer.PullAsync(store, RegistryLocation.Of(repository with { Tag = tag }), platform, call, cancellation).ConfigureAwait(false);
        }

        return last ?? throw new BuildSharpException($"{repository}: the repository has no tags");
    }
}
