using BuildSharp.Oci;
using BuildSharp.Registry.Protocol;

namespace BuildSharp.Transports.Docker;

/// <summary>Looks tags up in registries.</summary>
public static class RegistryTags
{
    /// <summary>Digest of the manifest or list that a tag refers to now, on the first server that knows the tag.</summary>
    /// <param name="name">Name with domain and tag.</param>
    /// <param name="access">How registries are reached.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <returns>Null when no server has the tag.</returns>
    /// <exception cref="BuildSharpException">A server refuses or cannot be reached.</exception>
    public static async Task<Digest?> FindDigestAsync(Reference name, RegistryAccess access, CancellationToken cancellationToken)
    {
        BuildSharpException? failure = null;
        foreach (var endpoint in access.PullEndpoints(name))
        {
            try
            {
                using var client = new RepositoryClient(endpoint, access.Client);
                if (await client.FindDigestAsync(name.Tag!, cancellationToken).ConfigureAwait(false) is { } digest)
                {
                    return digest;
                }
            }
            catch (BuildSharpException error)
            {
                failure = error;
            }
        }

        return failure is null ? null : throw failure;
    }

    /// <summary>All tags of a repository, as the registry itself lists them: a mirror may lack some.</summary>
    /// <param name="name">Name with domain.</param>
    /// <param name="access">How registries are reached.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <exception cref="BuildSharpException">There is no such repository, or the registry refuses or cannot be reached.</exception>
    public static async Task<IReadOnlyList<string>> ListAsync(Reference name, RegistryAccess access, CancellationToken cancellationToken)
    {
        using var client = new RepositoryClient(access.PullEndpoints(name)[^1], access.Client);
        return await client.ListTagsAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes the manifest that a name means, and with it all tags that refer to it.</summary>
    /// <param name="name">Name with domain, and tag or digest.</param>
    /// <param name="access">How registries are reached.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <exception cref="ImageNotFoundException">The registry has no such manifest.</exception>
    /// <exception cref="BuildSharpException">The registry refuses or cannot be reached.</exception>
    public static async Task DeleteAsync(Reference name, RegistryAccess access, CancellationToken cancellationToken)
    {
        using var client = new RepositoryClient(access.PushEndpoint(name), access.Client);
        try
        {
            // Not every registry deletes by tag.
            var digest = name.Digest ?? await client.FindDigestAsync(name.Tag!, cancellationToken).ConfigureAwait(false);
            await client.DeleteManifestAsync(digest ?? throw NotThere(name), cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryException error) when (error.Status == System.Net.HttpStatusCode.NotFound)
        {
            throw NotThere(name, error);
        }
    }

    private static ImageNotFoundException NotThere(Reference name, Exception? inner = null) =>
        new($"Unable to delete {name}. Image may not exist or is not stored with a v2 Schema in a v2 registry", inner);
}
