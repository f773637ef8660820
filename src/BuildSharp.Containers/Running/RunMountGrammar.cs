using System.Text;

namespace BuildSharp.Containers.Running;

/// <summary>Reads the values of <c>-v</c> and <c>--mount</c>.</summary>
public static class RunMountGrammar
{
    private static readonly string[] Propagations = ["private", "rprivate", "shared", "rshared", "slave", "rslave"];
    private static readonly string[] Flags = ["ro", "rw", "nodev", "dev", "noexec", "exec", "nosuid", "suid"];

    /// <summary>Reads <c>HOST:CTR[:OPTIONS]</c>; a colon in a path is written <c>\:</c>.</summary>
    /// <exception cref="FormatException">Malformed, a relative path, or an unknown or contradictory option.</exception>
    public static RunMount ParseVolume(string text)
    {
        var parts = SplitColons(text);
        if (parts.Count is < 2 or > 3)
        {
            throw new FormatException($"incorrect volume format \"{text}\": expected HOST:CONTAINER[:OPTIONS]");
        }

        if (!parts[0].StartsWith('/'))
        {
            throw new FormatException($"invalid volume \"{text}\": the host's path must be absolute");
        }

        var options = new List<string>();
        bool discards = false, gives = false, access = false, propagation = false;
        foreach (var option in parts.Count == 3 ? parts[2].Split(',', StringSplitOptions.RemoveEmptyEntries) : [])
        {
            switch (option)
            {
                case "O":
                    discards = true;
                    break;
                case "U":
                    gives = true;
                    break;
                case "z" or "Z":
                    break; // SELinux relabelling; there are no labels without SELinux
                case var _ when option.StartsWith("upperdir=", StringComparison.Ordinal) || option.StartsWith("workdir=", StringComparison.Ordinal):
                    throw new FormatException($"invalid volume \"{text}\": {option.Split('=')[0]} is not supported yet");
                case "ro" or "rw":
                    access = Once(access, text, "ro and rw");
                    options.Add(option);
                    break;
                case var _ when Propagations.Contains(option):
                    propagation = Once(propagation, text, "kinds of propagation");
                    options.Add(option);
                    break;
                case var _ when Flags.Contains(option):
                    options.Add(option);
                    break;
                default:
                    throw new FormatException($"invalid mount option \"{option}\" in volume \"{text}\"");
            }
        }

        if (!access)
        {
            options.Add("rw");
        }

        if (!propagation)
        {
            options.Add("private");
        }

        return new BindMount
        {
            Source = parts[0],
            Destination = ContainerPath(parts[1], text),
            Options = [.. options, "rbind"],
            DiscardsWrites = discards,
            GivesToUser = gives,
        };
    }

    /// <summary>Reads <c>type=bind|tmpfs,key=value,…</c> as of <c>run --mount</c>.</summary>
    /// <param name="text">The flag's value.</param>
    /// <param name="contextDirectory">What a relative bind source stands on; null makes it an error.</param>
    /// <exception cref="FormatException">Malformed, an unknown key, or a type that is not supported yet.</exception>
    public static RunMount ParseMount(string text, string? contextDirectory)
    {
        var keys = text.Split(',').Select(part => part.Split('=', 2)).ToList();
        var type = keys.LastOrDefault(key => key[0] == "type") is [_, var named] ? named : "bind";
        return type switch
        {
            "bind" => ParseBind(keys, text, contextDirectory),
            "tmpfs" => ParseTemporary(keys, text),
            "cache" or "secret" or "ssh" => throw new FormatException($"--mount {text}: type {type} is not supported yet"),
            _ => throw new FormatException($"invalid mount option: --mount {text}: unknown type \"{type}\""),
        };
    }

    private static BindMount ParseBind(List<string[]> keys, string text, string? contextDirectory)
    {
        string? source = null, destination = null;
        var options = new List<string>();
        bool writable = false, gives = false;
        foreach (var key in keys)
        {
            switch (key)
            {
                case ["type", _] or ["z"] or ["Z"] or ["relabel", _]:
                    break;
                case ["from", _]:
                    throw new FormatException($"--mount {text}: from= is not supported yet");
                case ["src" or "source", var value]:
                    source = value;
                    break;
                case ["dst" or "destination" or "target", var value]:
                    destination = value;
                    break;
                case ["ro" or "readonly"] or ["ro" or "readonly", "true"] or ["rw" or "readwrite", "false"]:
                    writable = false;
                    break;
                case ["rw" or "readwrite"] or ["rw" or "readwrite", "true"] or ["ro" or "readonly", "false"]:
                    writable = true;
                    break;
                case ["U"] or ["U" or "chown", "true"]:
                    gives = true;
                    break;
                case ["bind-propagation", var value] when Propagations.Contains(value):
                    options.Add(value);
                    break;
                case [var flag] when Flags.Contains(flag):
                    options.Add(flag);
                    break;
                default:
                    throw new FormatException($"invalid mount option: \"{string.Join('=', key)}\" in --mount {text}");
            }
        }

        if (source is null || (!source.StartsWith('/') && contextDirectory is null))
        {
            throw new FormatException($"--mount {text}: a bind mount needs source=PATH, absolute or with --contextdir");
        }

        return new BindMount
        {
            Source = source.StartsWith('/') ? source : Path.GetFullPath(source, contextDirectory!),
            Destination = ContainerPath(destination ?? throw NoTarget(text), text),
            Options = [.. options, writable ? "rw" : "ro", .. options.Exists(Propagations.Contains) ? (string[])[] : ["private"], "rbind"],
            DiscardsWrites = writable,
            GivesToUser = gives,
        };
    }

    private static TemporaryMount ParseTemporary(List<string[]> keys, string text)
    {
        string? destination = null;
        var options = new List<string>();
        foreach (var key in keys)
        {
            switch (key)
            {
                case ["type", _]:
                    break;
                case ["dst" or "destination" or "target", var value]:
                    destination = value;
                    break;
                case ["tmpfs-size" or "size", var value]:
                    options.Add($"size={value}");
                    break;
                case ["tmpfs-mode" or "mode", var value]:
                    options.Add($"mode={value}");
                    break;
                case ["readonly"] or ["ro" or "readonly", "true"]:
                    options.Add("ro");
                    break;
                case [var flag] when Flags.Contains(flag):
                    options.Add(flag);
                    break;
                default:
                    throw new FormatException($"invalid mount option: \"{string.Join('=', key)}\" in --mount {text}");
            }
        }

        return new TemporaryMount { Destination = ContainerPath(destination ?? throw NoTarget(text), text), Options = options };
    }

    private static FormatException NoTarget(string text) => new($"--mount {text}: needs target=PATH");

    private static bool Once(bool seen, string text, string what) =>
        seen ? throw new FormatException($"invalid volume \"{text}\": more than one of {what}") : true;

    private static string ContainerPath(string path, string text) =>
        path.StartsWith('/') ? ContainerPaths.Normalise(path) : throw new FormatException($"invalid mount \"{text}\": the container's path must be absolute");

    private static List<string> SplitColons(string text)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] == ':')
            {
                part.Append(':');
                i++;
            }
            else if (text[i] == ':')
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            else
            {
                part.Append(text[i]);
            }
        }

        parts.Add(part.ToString());
        return parts;
    }
}
