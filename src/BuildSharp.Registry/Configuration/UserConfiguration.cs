namespace BuildSharp.Registry.Configuration;

/// <summary>The user's own directories for the containers tools (XDG Base Directory Specification).</summary>
internal static class UserConfiguration
{
    /// <summary>Directory of configuration files; null without a home directory.</summary>
    public static string? Directory(IReadOnlyDictionary<string, string> environment) => Below(environment, "XDG_CONFIG_HOME", ".config");

    /// <summary>Directory of files that may be lost; null without a home directory.</summary>
    public static string? CacheDirectory(IReadOnlyDictionary<string, string> environment) => Below(environment, "XDG_CACHE_HOME", ".cache");

    private static string? Below(IReadOnlyDictionary<string, string> environment, string variable, string standard) =>
        environment.GetValueOrDefault(variable) is { Length: > 0 } directory ? Path.Combine(directory, "containers")
        : environment.GetValueOrDefault("HOME") is { Length: > 0 } home ? Path.Combine(home, standard, "containers")
        : null;
}
