using BuildSharp.Oci;

namespace BuildSharp.Registry.Credentials;

/// <summary>Finds the credentials for a repository. Asked only when a registry requires authentication.</summary>
public interface ICredentialSource
{
    /// <summary>Finds credentials.</summary>
    /// <param name="key">The repository as the user names it: <c>host[:port]/path</c>, for example
    /// <c>docker.io/library/busybox</c>.</param>
    /// <param name="cancellationToken">Stops a credential helper.</param>
    /// <returns>The credentials; null if there are none, so that the access is anonymous.</returns>
    /// <exception cref="BuildSharpException">An auth file or credential helper cannot be read or is damaged.</exception>
    ValueTask<RegistryLogin?> FindAsync(string key, CancellationToken cancellationToken);
}
