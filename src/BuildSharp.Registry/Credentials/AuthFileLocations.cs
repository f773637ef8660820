using BuildSharp.Linux;
using BuildSharp.Registry.Configuration;

namespace BuildSharp.Registry.Credentials;

/// <summary>The auth files of a user (containers-auth.json(5)).</summary>
/// <param name="Files">The files to read, in order. They need not exist.</param>
/// <param name="Target">The file that <c>login</c> writes.</param>
/// <param name="Warnings">What keeps a file from being used.</param>
public sealed record AuthFileLocations(IReadOnlyList<string> Files, string Target, IReadOnlyList<string> Warnings)
{
    /// <summary>Whether Docker reads the written file: it knows no credentials of single repositories, and has another key for Docker
    /// Hub.</summary>
    public bool IsForDocker { get; init; }

    /// <summary>Name of Docker's old file, which has another form.</summary>
    internal const string LegacyName = ".dockercfg";

    /// <summary>One file that Docker reads too (<c>--compat-auth-file</c>, DOCKER_CONFIG).</summary>
    public static AuthFileLocations ForDocker(string file) => new([file], file, []) { IsForDocker = true };

    /// <summary>Finds the files.</summary>
    /// <param name="only">The one file to use (<c>--authfile</c>, REGISTRY_AUTH_FILE); null for the standard ones.</param>
    /// <param name="environment">Environment variables of the process.</param>
    public static AuthFileLocations Find(string? only, IReadOnlyDictionary<string, string> environment) =>
        Find(only, environment, ProcessIdentity.RealUser);

    internal static AuthFileLocations Find(string? only, IReadOnlyDictionary<string, string> environment, uint user)
    {
        if (only is null && environment.GetValueOrDefault("DOCKER_CONFIG") is { Length: > 0 } docker)
        {
            return ForDocker(Path.Combine(docker, "config.json"));
        }

        if (only is not null)
        {
            return new AuthFileLocations([only], only, []);
        }

        var warnings = new List<string>();
        var runtime = environment.GetValueOrDefault("XDG_RUNTIME_DIR") is { Length: > 0 } given ? given : null;
        if (runtime is not null && !Directory.Exists(runtime))
        {
            warnings.Add($"the directory {runtime} of XDG_RUNTIME_DIR does not exist, so no credentials are read from it: create it or unset the variable");
        }

        var target = runtime is null ? $"/run/containers/{user}/auth.json" : Path.Combine(runtime, "containers/auth.json");
        var files = new List<string> { target };
        if (UserConfiguration.Directory(environment) is { } configuration)
        {
            files.Add(Path.Combine(configuration, "auth.json"));
        }

        if (environment.GetValueOrDefault("HOME") is { Length: > 0 } home)
        {
            files.Add(Path.Combine(home, ".docker/config.json"));
            files.Add(Path.Combine(home, LegacyName));
        }

        return new AuthFileLocations(files, target, warnings);
    }

    /// <summary>Whether the file has Docker's old form.</summary>
    internal static bool IsLegacy(string file) => Path.GetFileName(file) == LegacyName;
}
