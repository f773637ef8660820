using System.Text.Json;
using System.Text.RegularExpressions;
using BuildSharp.Oci;
using BuildSharp.Running.Spec;

namespace BuildSharp.Running.Hooks;

/// <summary>A file that tells which commands get a hook of the runtime (oci-hooks(5), schema 1.0.0).</summary>
/// <param name="Hook">The hook.</param>
/// <param name="Stages">Names of the runtime-spec's lists that it belongs to.</param>
/// <param name="Always">Whether all commands get it; null when the file does not say.</param>
/// <param name="Commands">Regular expressions of which one must match the command's program.</param>
/// <param name="Annotations">Regular expressions for keys and values of annotations that must all be there.</param>
/// <param name="HasBindMounts">Whether the user has asked for bind mounts; null when the file does not say.</param>
internal sealed record HookFile(
    SpecHook Hook, IReadOnlyList<string> Stages, bool? Always, IReadOnlyList<Regex> Commands, IReadOnlyList<(Regex Key, Regex Value)> Annotations,
    bool? HasBindMounts)
{
    private const int SizeLimit = 1 << 20;

    private static readonly string[] KnownStages =
        ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];

    private static readonly string[] Conditions = ["always", "annotations", "commands", "hasBindMounts"];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Reads a file.</summary>
    /// <exception cref="BuildSharpException">The file cannot be read, or is not a hook of schema 1.0.0.</exception>
    public static HookFile Read(string path)
    {
        try
        {
            return new FileInfo(path).Length <= SizeLimit
                ? Parse(File.ReadAllBytes(path))
                : throw new FormatException($"it is larger than {SizeLimit:N0} bytes");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or FormatException or InvalidOperationException
            or KeyNotFoundException or ArgumentException)
        {
            throw new BuildSharpException($"reading the OCI hook {path}: {error.Message}", error);
        }
    }

    /// <summary>Whether a command gets the hook: all conditions must hold, and there must be one.</summary>
    /// <param name="spec">The runtime config.</param>
    /// <param name="hasBindMounts">Whether the user has asked for bind mounts.</param>
    public bool Fits(RuntimeSpec spec, bool hasBindMounts)
    {
        var hasCondition = Always is not null || HasBindMounts is not null || Commands.Count + Annotations.Count > 0;
        return hasCondition
            && Always is not false
            && (HasBindMounts is not { } wanted || wanted == hasBindMounts)
            && (Commands.Count == 0 || Commands.Any(pattern => pattern.IsMatch(spec.Process.Args[0])))
            && Annotations.All(wanted => spec.Annotations.Any(entry => wanted.Key.IsMatch(entry.Key) && wanted.Value.IsMatch(entry.Value)));
    }

    private static HookFile Parse(ReadOnlyMemory<byte> content)
    {
        using var document = JsonDocument.Parse(content);
        var root = document.RootElement;
        var version = root.TryGetProperty("version", out var text) ? text.GetString() : null;
        if (version != "1.0.0")
        {
            throw new FormatException($"its version is \"{version}\"; 1.0.0 is known");
        }

        var stages = Strings(root.GetProperty("stages"));
        if (stages.FirstOrDefault(stage => !KnownStages.Contains(stage)) is { } unknown)
        {
            throw new FormatException($"stage \"{unknown}\" is not supported; known are {string.Join(", ", KnownStages)}");
        }

        var when = root.GetProperty("when");
        if (when.EnumerateObject().Select(field => field.Name).FirstOrDefault(name => !Conditions.Contains(name)) is { } condition)
        {
            throw new FormatException($"condition \"{condition}\" is unknown");
        }

        return new HookFile(
            HookOf(root.GetProperty("hook")),
            stages,
            Bool(when, "always"),
            when.TryGetProperty("commands", out var commands) ? [.. Strings(commands).Select(Pattern)] : [],
            when.TryGetProperty("annotations", out var annotations)
                ? [.. annotations.EnumerateObject().Select(entry => (Pattern(entry.Name), Pattern(entry.Value.GetString()!)))]
                : [],
            Bool(when, "hasBindMounts"));
    }

    private static SpecHook HookOf(JsonElement json)
    {
        var path = json.GetProperty("path").GetString()!;
        return path.StartsWith('/')
            ? new SpecHook(
                path,
                json.TryGetProperty("args", out var args) ? Strings(args) : [],
                json.TryGetProperty("env", out var env) ? Strings(env) : [],
                json.TryGetProperty("timeout", out var timeout) ? timeout.GetInt32() : null)
            : throw new FormatException($"the hook's path \"{path}\" is not absolute");
    }

    private static Regex Pattern(string text) => new(text, RegexOptions.CultureInvariant, Patience);

    private static bool? Bool(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetBoolean() : null;

    private static IReadOnlyList<string> Strings(JsonElement json) => [.. json.EnumerateArray().Select(item => item.GetString()!)];
}
