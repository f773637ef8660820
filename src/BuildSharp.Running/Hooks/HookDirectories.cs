using BuildSharp.Oci;
using BuildSharp.Running.Spec;

namespace BuildSharp.Running.Hooks;

/// <summary>Finds the hooks of a command in directories of <see cref="HookFile"/>s (oci-hooks(5)).</summary>
internal static class HookDirectories
{
    private static readonly string[] Usual = ["/usr/share/containers/oci/hooks.d", "/etc/containers/oci/hooks.d"];

    /// <summary>The config with the hooks that fit it, in the order of their files' names. A file replaces those of the same name in earlier
    /// directories.</summary>
    /// <param name="spec">The config.</param>
    /// <param name="asked">The directories; null for those of the system, which root's commands alone use, with a warning.</param>
    /// <param name="hasBindMounts">Whether the user has asked for bind mounts.</param>
    /// <param name="warn">Shows a warning; null to show none.</param>
    /// <exception cref="BuildSharpException">A directory or file cannot be read.</exception>
    public static RuntimeSpec Add(RuntimeSpec spec, IReadOnlyList<string>? asked, bool hasBindMounts, Action<string>? warn)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var directory in asked ?? Usual.Where(Directory.Exists))
        {
            foreach (var path in Files(directory))
            {
                files[Path.GetFileName(path)] = path;
            }
        }

        foreach (var path in files.Values)
        {
            var file = HookFile.Read(path);
            if (!file.Fits(spec, hasBindMounts))
            {
                continue;
            }

            spec = file.Stages.Aggregate(spec, (changed, stage) => changed with { Hooks = changed.Hooks.With(stage, file.Hook) });
            if (asked is null)
            {
                warn?.Invoke($"the hook {path} is run, although --hooks-dir does not name its directory; that is deprecated");
            }
        }

        return spec;
    }

    private static IReadOnlyList<string> Files(string directory)
    {
        try
        {
            return [.. Directory.EnumerateFiles(directory, "*.json")];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BuildSharpException($"reading the directory of OCI hooks {directory}: {error.Message}", error);
        }
    }
}
