using System.Globalization;
using Pidgin;

namespace BuildSharp.Notation;

/// <summary>The rules of <c>--mount</c>: known keys, valid values, and the keys of each mount type.</summary>
internal static class MountRules
{
    /// <summary>Options for mount propagation (mount_namespaces(7)).</summary>
    public static readonly string[] Propagations =
        ["private", "rprivate", "shared", "rshared", "slave", "rslave", "unbindable", "runbindable"];

    /// <summary>File system options that do not set read or write access (mount(8)).</summary>
    public static readonly string[] FileSystemFlags = ["nodev", "dev", "noexec", "exec", "nosuid", "suid"];

    private static readonly string[] ValueKeys =
    [
        "type", "from", "source", "src", "target", "dst", "destination", "id", "sharing", "mode", "uid", "gid", "size", "tmpfs-size",
        "tmpfs-mode", "env", "relabel", "bind-propagation", "consistency",
    ];

    private static readonly string[] SwitchKeys =
        ["rw", "readwrite", "ro", "readonly", "required", "z", "Z", "U", "chown", "tmpcopyup", "bind-nonrecursive", "bind", "rbind", .. FileSystemFlags, .. Propagations];

    /// <summary>Splits a field into key and value. The keys z, Z and U depend on case; all others do not.</summary>
    public static (string Key, string? Value) KeyAndValue(string field)
    {
        var (key, value) = MountGrammar.MountField.ParseOrThrow(field);
        return (key is "Z" or "U" ? key : key.ToLowerInvariant(), value);
    }

    /// <summary>Applies the rules to keys and values.</summary>
    /// <param name="fields">Results of <see cref="KeyAndValue"/>.</param>
    /// <param name="hasVariables">Whether a dollar sign in a value starts a variable.</param>
    public static MountOptions Read(IReadOnlyList<(string Key, string? Value)> fields, bool hasVariables)
    {
        var mount = new MountOptions { Fields = fields };
        bool? readOnly = null;
        foreach (var (key, value) in fields)
        {
            if (!ValueKeys.Contains(key) && !SwitchKeys.Contains(key))
            {
                throw Unknown(key, value);
            }

            if (value is null && ValueKeys.Contains(key))
            {
                throw new FormatException($"invalid field '{key}' must be a key=value pair");
            }

            if (hasVariables && value is not null && value.Contains('$'))
            {
                if (key == "from")
                {
                    throw new FormatException("'from' doesn't support variable expansion, define alias stage instead");
                }

                mount = mount with { HasVariables = true };
            }
            else if (key is "ro" or "readonly")
            {
                readOnly = Switch(key, value);
            }
            else if (key is "rw" or "readwrite")
            {
                readOnly = !Switch(key, value);
            }
            else
            {
                mount = With(mount, key, value);
            }
        }

        mount = mount with { ReadOnly = readOnly ?? mount.Type is MountType.Bind or MountType.Secret or MountType.Ssh };
        if (!mount.HasVariables)
        {
            Check(mount, fields);
        }

        return mount;
    }

    private static MountOptions With(MountOptions mount, string key, string? value) => key switch
    {
        "type" => mount with { Type = TypeOf(value!) },
        "from" => mount with { From = value },
        "source" or "src" => mount with { Source = value },
        "target" or "dst" or "destination" => mount with { Target = value },
        "id" => mount with { Id = value },
        "sharing" => mount with { Sharing = SharingOf(value!) },
        "mode" or "tmpfs-mode" => mount with { Mode = Octal(key, value!) },
        "uid" => mount with { UserId = Number(key, value!) },
        "gid" => mount with { GroupId = Number(key, value!) },
        "size" or "tmpfs-size" => mount with { Size = SizeOf(key, value!) },
        "required" => mount with { IsRequired = Switch(key, value) },
        "env" => mount with { Env = value },
        "U" or "chown" => mount with { GivesToUser = Switch(key, value) },
        "bind-propagation" => mount with { Options = [.. mount.Options, PropagationOf(value!)] },
        // SELinux labels, which have no effect without SELinux, and an option for Docker's virtual machine.
        "z" or "Z" or "relabel" or "consistency" => mount,
        _ => Switch(key, value) ? mount with { Options = [.. mount.Options, key] } : mount,
    };

    private static void Check(MountOptions mount, IReadOnlyList<(string Key, string? Value)> fields)
    {
        var type = mount.Type.ToString().ToLowerInvariant();
        bool Has(params ReadOnlySpan<string> keys)
        {
            foreach (var key in keys)
            {
                if (fields.Any(field => field.Key == key))
                {
                    return true;
                }
            }

            return false;
        }

        if (mount.Type is MountType.Bind or MountType.Tmpfs)
        {
            foreach (var key in new[] { "mode", "uid", "gid", "id", "sharing", "required", "env" })
            {
                if (Has(key))
                {
                    throw new FormatException($"{key} not allowed for \"{type}\" type mounts");
                }
            }
        }

        if (mount.Type != MountType.Tmpfs && Has("size", "tmpfs-size", "tmpfs-mode", "tmpcopyup"))
        {
            throw new FormatException($"size not allowed for \"{type}\" type mounts");
        }

        if (mount.Type != MountType.Cache && Has("sharing"))
        {
            throw new FormatException($"sharing not allowed for \"{type}\" type mounts");
        }

        if (mount.Type == MountType.Secret && Has("from"))
        {
            throw new FormatException("secret mount should not have a from");
        }

        if (mount.Type == MountType.Secret && mount is { Source: not null, Id: not null })
        {
            throw new FormatException("both source and id can't be set");
        }

        if (mount.Type == MountType.Secret && mount is { Source: null, Id: null, Target: null })
        {
            throw new FormatException("secret needs an id or a target");
        }

        if (mount.Type == MountType.Ssh && Has("source", "src"))
        {
            throw new FormatException("ssh does not support source");
        }

        if (mount.Type == MountType.Tmpfs && Has("source", "src", "from"))
        {
            throw new FormatException("tmpfs has no source");
        }

        if (mount.Target is "/")
        {
            throw new FormatException("invalid mount target \"/\"");
        }

        if (mount.Type is not (MountType.Secret or MountType.Ssh) && Has("required"))
        {
            throw new FormatException($"required not allowed for \"{type}\" type mounts");
        }

        if (mount.Type != MountType.Secret && Has("env"))
        {
            throw new FormatException($"env not allowed for \"{type}\" type mounts");
        }
    }

    private static MountType TypeOf(string value) => value.ToLowerInvariant() switch
    {
        "bind" => MountType.Bind,
        "cache" => MountType.Cache,
        "tmpfs" => MountType.Tmpfs,
        "secret" => MountType.Secret,
        "ssh" => MountType.Ssh,
        _ => throw new FormatException(
            $"unsupported mount type {GoQuoting.Quote(value)}{Suggestion.Clause(value, ["bind", "cache", "tmpfs", "secret", "ssh"])}"),
    };

    private static CacheSharing SharingOf(string value) => value.ToLowerInvariant() switch
    {
        "shared" => CacheSharing.Shared,
        "private" => CacheSharing.Private,
        "locked" => CacheSharing.Locked,
        _ => throw new FormatException(
            $"unsupported sharing value {GoQuoting.Quote(value)}: it is shared, private or locked"),
    };

    private static bool Switch(string key, string? value) => value?.ToLowerInvariant() switch
    {
        null or "true" or "1" => true,
        "false" or "0" => false,
        _ => throw new FormatException($"invalid value for {key}: {value}"),
    };

    private static int Octal(string key, string value) => ModeChange.TryParseOctal(value, out var mode)
        ? mode
        : throw new FormatException($"invalid value {value} for {key}: it is an octal number such as 0755");

    private static long Number(string key, string value) =>
        uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"invalid value {value} for {key}: it is a number, names are not looked up");

    private static string SizeOf(string key, string value)
    {
        var isPercentage = value.EndsWith('%') && uint.TryParse(value[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out _);
        return isPercentage || ByteSize.TryParse(value, out _) ? value : throw new FormatException($"invalid size: '{value}' for {key}");
    }

    private static string PropagationOf(string value) => Propagations.Contains(value)
        ? value
        : throw new FormatException($"invalid value {value} for bind-propagation: it is {string.Join(", ", Propagations[..^1])} or {Propagations[^1]}");

    private static UnknownMountKeyException Unknown(string key, string? value)
    {
        var field = value is null ? key : $"{key}={value}";
        return new UnknownMountKeyException(
            field, $"unexpected key '{key}' in '{field}'{Suggestion.Clause(key, ValueKeys.Concat(SwitchKeys).Where(known => known.Length > 1))}");
    }
}
