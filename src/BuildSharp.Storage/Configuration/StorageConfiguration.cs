using System.Text.RegularExpressions;
using BuildSharp.Linux;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Storage.Configuration;

/// <summary>Determines which store to use: storage.conf and its drop-ins, then the environment, then the flags
/// (containers-storage.conf(5)).</summary>
public static partial class StorageConfiguration
{
    private static readonly HashSet<string> Accepted = new(StringComparer.Ordinal)
    {
        "storage.driver", "storage.driver_priority", "storage.graphroot", "storage.runroot", "storage.imagestore",
        "storage.rootless_storage_path", "storage.transient_store", "storage.options.additionalimagestores",
        "storage.options.additionallayerstores", "storage.options.disable-volatile", "storage.options.root-auto-userns-user",
        "storage.options.auto-userns-min-size", "storage.options.auto-userns-max-size", "storage.options.size",
        "storage.options.mount_program", "storage.options.skip_mount_home", "storage.options.ignore_chown_errors",
        "storage.options.force_mask", "storage.options.mountopt", "storage.options.remap-uids", "storage.options.remap-gids",
        "storage.options.remap-user", "storage.options.remap-group",
    };

    /// <summary>Keys that would change what containers see and that the drivers here do not support.</summary>
    private static readonly HashSet<string> WithoutEffect = new(StringComparer.Ordinal)
    {
        "storage.options.additionallayerstores", "storage.options.remap-uids", "storage.options.remap-gids", "storage.options.remap-user",
        "storage.options.remap-group", "storage.options.root-auto-userns-user",
    };

    private static readonly string[] LegacyOptions = ["size", "mount_program", "skip_mount_home", "ignore_chown_errors", "force_mask", "mountopt"];

    /// <summary>Resolves all options. Reads only configuration files and does not access the store.</summary>
    /// <param name="flags">Flags from the command line.</param>
    /// <param name="environment">Environment variables of the process.</param>
    /// <exception cref="BuildSharpException">A file cannot be read, or it asks for an unsupported feature.</exception>
    public static StoreOptions Resolve(StorageFlags flags, IReadOnlyDictionary<string, string> environment) =>
        Resolve(flags, environment, ConfigurationOwner.Of(ProcessIdentity.RealUser, "/", environment));

    internal static StoreOptions Resolve(StorageFlags flags, IReadOnlyDictionary<string, string> environment, ConfigurationOwner owner)
    {
        var files = ConfigurationFiles.Find(environment, owner);
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        var warnings = new List<string>();
        foreach (var file in files)
        {
            foreach (var (key, value) in ReadFile(file))
            {
                values[key] = value;
                if (!IsKnown(key))
                {
                    warnings.Add($"{file}: unknown key {key}");
                }
                else if (WithoutEffect.Contains(key) && value is not ("" or List<object> { Count: 0 }))
                {
                    warnings.Add($"{file}: {key} has no effect here");
                }
            }
        }

        var (defaultGraph, defaultRun) = DefaultRoots(owner, environment);
        var graphRoot = Text(values, "storage.graphroot") is { Length: > 0 } graph ? Expand(graph, environment, owner) : defaultGraph;
        var runRoot = Text(values, "storage.runroot") is { Length: > 0 } run ? Expand(run, environment, owner) : defaultRun;
        if (owner.IsRootless)
        {
            // The system-wide file names root's directories, so a rootless user's paths come only from the user's own file.
            var own = files.Count > 0 && ConfigurationFiles.UserDirectory(environment, owner) is { } user && files[0].StartsWith(user, StringComparison.Ordinal);
            var explicitly = environment.ContainsKey("CONTAINERS_STORAGE_CONF");
            if (!own && !explicitly)
            {
                graphRoot = Text(values, "storage.rootless_storage_path") is { Length: > 0 } path ? Expand(path, environment, owner) : defaultGraph;
                runRoot = defaultRun;
            }
        }

        if (Text(values, "storage.imagestore") is { Length: > 0 } imageStore)
        {
            throw new BuildSharpException($"storage.conf sets imagestore={imageStore}: a split image store is not supported; remove the key");
        }

        var options = new StoreOptions
        {
            GraphRoot = graphRoot,
            RunRoot = runRoot,
            Driver = Text(values, "storage.driver"),
            DriverPriority = List(values, "storage.driver_priority"),
            IsRootless = owner.IsRootless,
            DriverOptions = DriverOptions(values),
            AdditionalImageStores = [.. List(values, "storage.options.additionalimagestores").Where(store => store.Length > 0)],
            TransientStore = IsTrue(values, "storage.transient_store"),
            DisableVolatile = IsTrue(values, "storage.options.disable-volatile"),
            ConfigurationFile = files.Count > 0 ? files[0] : null,
            Warnings = warnings,
        };
        options = WithFlags(WithEnvironment(options, environment), flags, defaultGraph, defaultRun);
        if (owner.IsRootless && Path.GetDirectoryName(defaultRun) is { } runtime && runtime.EndsWith($"/storage-run-{owner.User}", StringComparison.Ordinal)
            && options.RunRoot == RealPath.Of(defaultRun))
        {
            RequireOwn(runtime);
        }

        return options;
    }

    private static StoreOptions WithEnvironment(StoreOptions options, IReadOnlyDictionary<string, string> environment)
    {
        if (environment.TryGetValue("STORAGE_DRIVER", out var driver) && driver.Length > 0)
        {
            options = options with { Driver = driver };
        }

        return environment.TryGetValue("STORAGE_OPTS", out var list)
            ? options with { DriverOptions = list.Split(',', StringSplitOptions.RemoveEmptyEntries) }
            : options;
    }

    private static StoreOptions WithFlags(StoreOptions options, StorageFlags flags, string defaultGraph, string defaultRun)
    {
        if (flags.Root is not null || flags.RunRoot is not null)
        {
            options = options with { GraphRoot = flags.Root ?? defaultGraph, RunRoot = flags.RunRoot ?? defaultRun };
        }

        if (flags.Driver is not null)
        {
            options = options with { Driver = flags.Driver, DriverOptions = [] };
        }

        if (flags.Options is not null)
        {
            options = options with { DriverOptions = flags.Options };
        }

        var stores = options.DriverOptions.ToLookup(option => AdditionalStore().IsMatch(option));
        return options with
        {
            DriverOptions = [.. stores[false]],
            AdditionalImageStores =
            [
                .. options.AdditionalImageStores,
                .. stores[true].SelectMany(option => option[(option.IndexOf('=', StringComparison.Ordinal) + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries)),
            ],
            Driver = options.Driver switch { "overlay2" => "overlay", "" => null, var driver => driver },
            GraphRoot = RealPath.Of(options.GraphRoot),
            RunRoot = RealPath.Of(options.RunRoot),
        };
    }

    private static (string Graph, string Run) DefaultRoots(ConfigurationOwner owner, IReadOnlyDictionary<string, string> environment)
    {
        if (!owner.IsRootless)
        {
            return ("/var/lib/containers/storage", "/run/containers/storage");
        }

        var home = environment.GetValueOrDefault("HOME", "/");
        var data = environment.TryGetValue("XDG_DATA_HOME", out var set) && set.Length > 0 ? set : Path.Combine(home, ".local/share");
        var run = environment.TryGetValue("XDG_RUNTIME_DIR", out var runtime) && runtime.Length > 0 ? runtime : RuntimeDirectory(owner, environment);
        return (Path.Combine(data, "containers/storage"), Path.Combine(run, "containers"));
    }

    /// <summary>Replacement for <c>XDG_RUNTIME_DIR</c>: the directory that systemd creates for a user, or a directory below the temporary
    /// directory.</summary>
    private static string RuntimeDirectory(ConfigurationOwner owner, IReadOnlyDictionary<string, string> environment)
    {
        var login = Path.Combine(owner.SystemRoot, $"run/user/{owner.User}");
        var temporary = environment.TryGetValue("TMPDIR", out var set) && set.Length > 0 ? set : "/tmp";
        return Directory.Exists(login) ? login : Path.Combine(temporary, $"storage-run-{owner.User}");
    }

    /// <summary>Refuses a runtime directory of another user: anyone can create a directory of that name below the temporary
    /// directory.</summary>
    private static void RequireOwn(string runtimeDirectory)
    {
        if (FileStatus.TryOf(runtimeDirectory, out var status)
            && (!status.IsDirectory || status.Uid != ProcessIdentity.EffectiveUser || (status.Mode & 0x12) != 0))
        {
            throw new BuildSharpException($"{runtimeDirectory} is not a directory that only you can write to; set XDG_RUNTIME_DIR, or pass --runroot");
        }
    }

    private static Dictionary<string, object> ReadFile(string file)
    {
        try
        {
            return Toml.Read(File.ReadAllText(file), file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BuildSharpException($"cannot read the storage configuration {file}: {e.Message}", e);
        }
        catch (FormatException e)
        {
            throw new BuildSharpException(e.Message, e);
        }
    }

    private static bool IsKnown(string key) =>
        Accepted.Contains(key) || key.StartsWith("storage.options.overlay.", StringComparison.Ordinal)
        || key.StartsWith("storage.options.vfs.", StringComparison.Ordinal)
        || key.StartsWith("storage.options.pull_options.", StringComparison.Ordinal);

    private static List<string> DriverOptions(Dictionary<string, object> values)
    {
        var options = new List<string>();
        foreach (var name in LegacyOptions)
        {
            if (Text(values, $"storage.options.{name}") is { Length: > 0 } value && !values.ContainsKey($"storage.options.overlay.{name}"))
            {
                options.Add($"overlay.{name}={value}");
            }
        }

        foreach (var driver in new[] { "overlay", "vfs" })
        {
            var prefix = $"storage.options.{driver}.";
            foreach (var (key, value) in values)
            {
                if (key.StartsWith(prefix, StringComparison.Ordinal) && $"{value}".Length > 0)
                {
                    options.Add($"{driver}.{key[prefix.Length..]}={(value is bool flag ? (flag ? "true" : "false") : value)}");
                }
            }
        }

        return options;
    }

    private static string? Text(Dictionary<string, object> values, string key) =>
        values.TryGetValue(key, out var value) ? value as string ?? throw new BuildSharpException($"storage.conf: {key} must be a string") : null;

    private static IReadOnlyList<string> List(Dictionary<string, object> values, string key) =>
        !values.TryGetValue(key, out var value) ? []
        : value is List<object> items && items.TrueForAll(item => item is string) ? [.. items.Cast<string>()]
        : throw new BuildSharpException($"storage.conf: {key} must be a list of strings");

    private static bool IsTrue(Dictionary<string, object> values, string key) =>
        values.TryGetValue(key, out var value) && value is true or "true" or "1";

    private static string Expand(string path, IReadOnlyDictionary<string, string> environment, ConfigurationOwner owner) =>
        Variable().Replace(path, match =>
        {
            var name = match.Groups[1].Success ? match.Groups[1].Value : match.Groups[2].Value;
            return name == "UID" ? $"{owner.User}" : environment.GetValueOrDefault(name, "");
        });

    /// <summary>The Go tools pass additional stores to their drivers, and therefore accept them as driver options.</summary>
    [GeneratedRegex(@"^((overlay2?|vfs)?\.)?(additional)?imagestore=")]
    private static partial Regex AdditionalStore();

    [GeneratedRegex(@"\$\{(\w+)\}|\$(\w+)")]
    private static partial Regex Variable();
}
