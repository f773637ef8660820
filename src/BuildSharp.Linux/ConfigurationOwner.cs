namespace BuildSharp.Linux;

/// <summary>The user whose configuration of the containers tools is read.</summary>
/// <param name="IsRootless">Whether the user has no root rights on the host, inside or outside a user namespace.</param>
/// <param name="User">User id on the host.</param>
/// <param name="SystemRoot">Directory that contains the host's files: <c>/</c>.</param>
public sealed record ConfigurationOwner(bool IsRootless, uint User, string SystemRoot)
{
    /// <summary>Determines the owner from the process's user id and the variables that tools set when they enter a user
    /// namespace.</summary>
    /// <param name="realUser">Real user id of the process.</param>
    /// <param name="systemRoot">Directory that contains the host's files.</param>
    /// <param name="environment">Environment variables of the process.</param>
    public static ConfigurationOwner Of(uint realUser, string systemRoot, IReadOnlyDictionary<string, string> environment)
    {
        var outside = environment.ContainsKey("_CONTAINERS_USERNS_CONFIGURED")
            && uint.TryParse(environment.GetValueOrDefault("_CONTAINERS_ROOTLESS_UID"), out var user) ? user : realUser;
        return new ConfigurationOwner(outside != 0, outside, systemRoot);
    }
}
