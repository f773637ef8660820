using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Registry.Configuration;

namespace BuildSharp.Registry.Credentials;

/// <summary>The credentials of a user: in auth files and credential helpers, in the order that registries.conf states
/// (containers-auth.json(5)).</summary>
public sealed class StoredLogins : ICredentialSource
{
    private readonly AuthFileLocations _locations;
    private readonly IReadOnlyList<string> _helpers;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly IProgress<string>? _warnings;
    private bool _hasWarned;

    /// <summary>Reads nothing yet.</summary>
    /// <param name="locations">The auth files.</param>
    /// <param name="helpers"><see cref="RegistriesConf.CredentialHelpers"/>.</param>
    /// <param name="environment">Environment of the helpers.</param>
    /// <param name="warnings">Receives warnings about files that others can read; null to report nothing.</param>
    public StoredLogins(
        AuthFileLocations locations, IReadOnlyList<string> helpers, IReadOnlyDictionary<string, string> environment, IProgress<string>? warnings)
    {
        _locations = locations;
        _helpers = helpers;
        _environment = environment;
        _warnings = warnings;
    }

    /// <inheritdoc/>
    public async ValueTask<RegistryLogin?> FindAsync(string key, CancellationToken cancellationToken)
    {
        WarnOnce();
        foreach (var helper in _helpers)
        {
            var login = helper == RegistriesConf.AuthFiles
                ? await FindInFilesAsync(key, cancellationToken).ConfigureAwait(false)
                : await Helper(helper).GetAsync(AuthKey.HostOf(key), cancellationToken).ConfigureAwait(false);
            if (login is not null)
            {
                return login;
            }
        }

        return null;
    }

    /// <summary>Stores credentials in the first place of the configured order: a helper, or the auth file.</summary>
    /// <param name="key"><c>host[:port]</c> or <c>host[:port]/path</c>.</param>
    /// <param name="login">The credentials, which were verified.</param>
    /// <param name="cancellationToken">Stops a credential helper.</param>
    /// <returns>Name of the file or helper.</returns>
    /// <exception cref="BuildSharpException">The file cannot be written, or a helper fails.</exception>
    public async Task<string> StoreAsync(string key, RegistryLogin login, CancellationToken cancellationToken)
    {
        if (_locations.IsForDocker && key.Contains('/'))
        {
            throw new BuildSharpException($"{key}: credentials of single repositories cannot be in a file for Docker, which does not know them; log in to {AuthKey.HostOf(key)}");
        }

        var first = _helpers.Count > 0 ? _helpers[0] : RegistriesConf.AuthFiles;
        if (first != RegistriesConf.AuthFiles)
        {
            await Helper(first).StoreAsync(RequireHost(key, first), login, cancellationToken).ConfigureAwait(false);
            return first;
        }

        if (AuthFile.Read(_locations.Target).HelperOf(AuthKey.HostOf(key)) is { } named)
        {
            await Helper(named).StoreAsync(RequireHost(key, named), login, cancellationToken).ConfigureAwait(false);
            return named;
        }

        Edit(_locations.Target, file =>
        {
            file.Set(EntryOf(key), login);
            return true;
        });
        return _locations.Target;
    }

    /// <summary>Removes the credentials of a key from the helpers and from the auth file that <see cref="StoreAsync"/> writes.</summary>
    /// <param name="key"><c>host[:port]</c> or <c>host[:port]/path</c>.</param>
    /// <param name="cancellationToken">Stops a credential helper.</param>
    /// <returns>False when there were none.</returns>
    /// <exception cref="BuildSharpException">The file cannot be written, or a helper fails.</exception>
    public async Task<bool> RemoveAsync(string key, CancellationToken cancellationToken)
    {
        var removed = false;
        foreach (var helper in _helpers)
        {
            if (helper != RegistriesConf.AuthFiles)
            {
                removed |= !key.Contains('/') && await Helper(helper).EraseAsync(key, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (!File.Exists(_locations.Target))
            {
                continue;
            }

            if (AuthFile.Read(_locations.Target).HelperOf(key) is { } named)
            {
                removed |= await Helper(named).EraseAsync(key, cancellationToken).ConfigureAwait(false);
            }

            removed |= Edit(_locations.Target, file => file.Remove(EntryOf(key)));
        }

        return removed;
    }

    /// <summary>Removes all credentials from the auth file that <see cref="StoreAsync"/> writes, and those of its helpers.</summary>
    /// <exception cref="BuildSharpException">The file cannot be written, or a helper fails.</exception>
    public async Task RemoveAllAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(_locations.Target))
        {
            return;
        }

        var file = AuthFile.Read(_locations.Target);
        foreach (var host in file.HelpedHosts.ToList())
        {
            await Helper(file.HelperOf(host)!).EraseAsync(host, cancellationToken).ConfigureAwait(false);
        }

        Edit(_locations.Target, changed =>
        {
            changed.Clear();
            return true;
        });
    }

    private string EntryOf(string key) => _locations.IsForDocker && AuthKey.Names(AuthKey.DockerHubAddress, key) ? AuthKey.DockerHubAddress : key;

    private static string RequireHost(string key, string helper) => key.Contains('/')
        ? throw new BuildSharpException($"{key}: the credential helper {helper} keeps credentials of whole registries; log in to {AuthKey.HostOf(key)}")
        : key;

    private async ValueTask<RegistryLogin?> FindInFilesAsync(string key, CancellationToken cancellationToken)
    {
        var host = AuthKey.HostOf(key);
        foreach (var path in _locations.Files)
        {
            var file = AuthFile.Read(path, AuthFileLocations.IsLegacy(path));
            if (file.HelperOf(host) is { } helper && await Helper(helper).GetAsync(host, cancellationToken).ConfigureAwait(false) is { } kept)
            {
                return kept;
            }

            if (file.FindFor(key) is { } login)
            {
                return login;
            }

            if (file.Store is { } store)
            {
                var server = AuthKey.Names(AuthKey.DockerHubAddress, host) ? AuthKey.DockerHubAddress : host;
                if (await Helper(store).GetAsync(server, cancellationToken).ConfigureAwait(false) is { } stored)
                {
                    return stored;
                }
            }
        }

        return null;
    }

    private static bool Edit(string path, Func<AuthFile, bool> change)
    {
        try
        {
            var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
            if (!Directory.Exists(directory))
            {
                Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            using var locked = FileLock.Acquire($"{path}.lock", exclusive: true);
            var file = AuthFile.Read(path);
            if (!change(file))
            {
                return false;
            }

            file.Save();
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BuildSharpException($"cannot write the credentials file {path}: {error.Message}", error);
        }
    }

    private CredentialProgram Helper(string name) => new(name, _environment);

    private void WarnOnce()
    {
        if (_hasWarned || _warnings is null)
        {
            return;
        }

        _hasWarned = true;
        foreach (var warning in _locations.Warnings)
        {
            _warnings.Report(warning);
        }

        foreach (var file in _locations.Files.Where(AuthFile.IsExposed))
        {
            _warnings.Report($"other users can read the credentials in {file}: chmod 600 {file}");
        }
    }
}
