using System.Text.Json;
using BuildSharp.Oci;
using BuildSharp.Running.Spec;

namespace BuildSharp.Running.Seccomp;

/// <summary>Parses a profile in the JSON format of containers-common and Docker (<c>--security-opt seccomp=FILE</c>).</summary>
internal static class SeccompProfileFile
{
    private static readonly Dictionary<string, uint> ErrnoNames = new(StringComparer.Ordinal)
    {
        ["EPERM"] = 1,
        ["ENOENT"] = 2,
        ["EINTR"] = 4,
        ["EIO"] = 5,
        ["EAGAIN"] = 11,
        ["ENOMEM"] = 12,
        ["EACCES"] = 13,
        ["EFAULT"] = 14,
        ["EBUSY"] = 16,
        ["EEXIST"] = 17,
        ["ENODEV"] = 19,
        ["EINVAL"] = 22,
        ["ENOTTY"] = 25,
        ["EROFS"] = 30,
        ["ENOSYS"] = 38,
        ["ENOTSUP"] = 95,
        ["EOPNOTSUPP"] = 95,
        ["EAFNOSUPPORT"] = 97,
    };

    /// <summary>Reads the file.</summary>
    /// <exception cref="BuildSharpException">The file cannot be read or is not a profile.</exception>
    public static SeccompProfile Read(string path)
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BuildSharpException($"opening seccomp profile {path} failed: {e.Message}", e);
        }

        try
        {
            return Parse(content);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw new BuildSharpException($"loading seccomp profile {path} failed: {e.Message}", e);
        }
    }

    /// <summary>Parses the content of a profile.</summary>
    /// <exception cref="JsonException">The content is not JSON.</exception>
    /// <exception cref="FormatException">The JSON is not a profile.</exception>
    public static SeccompProfile Parse(ReadOnlyMemory<byte> content)
    {
        using var document = JsonDocument.Parse(content);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("defaultAction", out var action))
        {
            throw new FormatException("it has no defaultAction");
        }

        var architectures = Strings(root, "architectures");
        if (architectures.Count > 0 && root.TryGetProperty("archMap", out var map) && map.ValueKind == JsonValueKind.Array && map.GetArrayLength() > 0)
        {
            throw new FormatException("architectures and archMap exclude each other");
        }

        return new SeccompProfile
        {
            DefaultAction = action.GetString()!,
            DefaultErrno = Errno(root, "defaultErrnoRet", "defaultErrno"),
            Flags = Strings(root, "flags"),
            Architectures = architectures.Count > 0 ? architectures : null,
            Rules = [.. Items(root, "syscalls").Select(Rule)],
        };
    }

    private static SeccompRule Rule(JsonElement json)
    {
        var names = Strings(json, "names");
        if (json.TryGetProperty("name", out var name) && name.GetString() is { Length: > 0 } single)
        {
            names = [.. names, single];
        }

        var includes = json.TryGetProperty("includes", out var found) ? found : default;
        var excludes = json.TryGetProperty("excludes", out found) ? found : default;
        return new SeccompRule
        {
            Names = names,
            Action = json.GetProperty("action").GetString()!,
            Errno = Errno(json, "errnoRet", "errno"),
            Arguments = [.. Items(json, "args").Select(Argument)],
            IncludesCapabilities = Strings(includes, "caps"),
            ExcludesCapabilities = Strings(excludes, "caps"),
            IncludesArchitectures = Strings(includes, "arches"),
            ExcludesArchitectures = Strings(excludes, "arches"),
            LeastKernel = includes.ValueKind == JsonValueKind.Object && includes.TryGetProperty("minKernel", out var kernel)
                && kernel.GetString() is { Length: > 0 } text ? Version.Parse(text) : null,
        };
    }

    private static SpecSyscallArgument Argument(JsonElement json) => new(
        json.GetProperty("index").GetUInt32(),
        json.GetProperty("value").GetUInt64(),
        json.TryGetProperty("valueTwo", out var two) ? two.GetUInt64() : 0,
        json.GetProperty("op").GetString()!);

    // The number has precedence over the name: older profiles have only the number, newer ones both.
    private static uint? Errno(JsonElement json, string number, string name)
    {
        if (json.TryGetProperty(number, out var value) && value.ValueKind == JsonValueKind.Number)
        {
            return value.GetUInt32();
        }

        return !json.TryGetProperty(name, out var word) || word.GetString() is not { Length: > 0 } text ? null
            : ErrnoNames.TryGetValue(text, out var errno) ? errno
            : throw new FormatException($"unknown errno \"{text}\"");
    }

    private static IReadOnlyList<string> Strings(JsonElement json, string name) => [.. Items(json, name).Select(item => item.GetString()!)];

    private static IEnumerable<JsonElement> Items(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var array) && array.ValueKind == JsonValueKind.Array
            ? array.EnumerateArray()
            : [];
}
