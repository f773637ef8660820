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
}
