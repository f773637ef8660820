namespace BuildSharp.Storage;

/// <summary>For whom the configuration is looked up.</summary>
/// <param name="IsRootless">Whether that is a user without root's rights on the machine, in a namespace of his own or not.</param>
/// <param name="User">His user id on the machine.</param>
/// <param name="SystemRoot">Directory that the machine's files are below: <c>/</c>.</param>
public sealed record ConfigurationOwner(bool IsRootless, uint User, string SystemRoot)
{
    /// <summary>The owner by the process's real user and by the variables that tools set when they enter a user namespace.</summary>
    /// <param name="realUser">User id of the process.</param>
    /// <param name="systemRoot">Directory that the machine's files are below.</param>
    /// <param name="environment">The variables of the process.</param>
    public static ConfigurationOwner Of(uint realUser, string systemRoot, IReadOnlyDictionary<string, string> environment)
    {
        var outside = environment.ContainsKey("_CONTAINERS_USERNS_CONFIGURED")
            && uint.TryParse(environment.GetValueOrDefault("_CONTAINERS_ROOTLESS_UID"), out var user) ? user : realUser;
        return new ConfigurationOwner(outside != 0, outside, systemRoot);
    }
}
