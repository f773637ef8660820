using System.Globalization;
using BuildSharp.Dockerfiles.Grammar;
using BuildSharp.Dockerfiles.Grammar.Combinators;

namespace BuildSharp.Dockerfiles;

/// <summary>The rules of <c>RUN --mount</c>.</summary>
internal static class MountParser
{
    private static readonly string[] ValueKeys =
    [
        "type", "from", "source", "src", "target", "dst", "destination", "id", "sharing", "mode", "uid", "gid", "size", "tmpfs-size",
        "tmpfs-mode", "env", "relabel", "bind-propagation", "consistency",
    ];

    private static readonly string[] SwitchKeys = ["rw", "readwrite", "ro", "readonly", "required"];

    private static readonly string[] BareOptions =
    [
        "z", "Z", "U", "nosuid", "nodev", "noexec", "tmpcopyup", "bind-nonrecursive", "shared", "rshared", "private", "rprivate",
        "slave", "rslave", "unbindable", "runbindable", "bind", "rbind",
    ];

    /// <summary>Reads a flag's value.</summary>
    public static RunMount Parse(string text, SourceSpan span)
    {
        if (!MountGrammar.MountFields.TryReadAll(text, out var fields))
        {
            throw new FormatException("a quote in --mount is out of place; put the whole field in quotes, \"key=a,b\"");
        }

        return Read([.. fields.Select(Key)], span, final: false);
    }

    /// <summary>Applies the rules to keys and values.</summary>
    /// <param name="fields">Keys in lower case, with their values.</param>
    /// <param name="span">The flag.</param>
    /// <param name="final">Whether variables have been expanded, so that a dollar sign is text.</param>
    public static RunMount Read(IReadOnlyList<(string Key, string? Value)> fields, SourceSpan span, bool final)
    {
        var mount = new RunMount { Fields = fields, Span = span };
        bool? readOnly = null;
        foreach (var (key, value) in fields)
        {
            if (!ValueKeys.Contains(key) && !SwitchKeys.Contains(key) && !BareOptions.Contains(key))
            {
                throw Unexpected(key, value);
            }

            if (value is null && ValueKeys.Contains(key))
            {
                throw new FormatException($"invalid field '{key}' must be a key=value pair");
            }

            if (!final && value is not null && value.Contains('$'))
            {
                if (key == "from")
                {
                    throw new FormatException("'from' doesn't support variable expansion, define alias stage instead");
                }

                mount = mount with { HasVariables = true };
                continue;
            }

            if (key is "ro" or "readonly")
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

    private static RunMount With(RunMount mount, string key, string? value) => key switch
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
        "size" or "tmpfs-size" => mount with { Size = Bytes(key, value!) },
        "required" => mount with { IsRequired = Switch(key, value) },
        "env" => mount with { Env = value },
        _ => mount with { Options = [.. mount.Options, value is null ? key : $"{key}={value}"] },
    };

    private static void Check(RunMount mount, IReadOnlyList<(string Key, string? Value)> fields)
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

    private static (string Key, string? Value) Key(string field)
    {
        var (key, value) = MountGrammar.MountOption.ReadAll(field);

        // z and Z are different requests; every other key may be written in any case.
        return (key is "Z" or "U" ? key : key.ToLowerInvariant(), value);
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

    private static int Octal(string key, string value)
    {
        var mode = 0;
        foreach (var digit in value)
        {
            if (digit is < '0' or > '7' || mode > 0xFFFF)
            {
                throw NotOctal(key, value);
            }

            mode = (mode * 8) + digit - '0';
        }

        return value.Length > 0 ? mode : throw NotOctal(key, value);
    }

    private static FormatException NotOctal(string key, string value) => new($"invalid value {value} for {key}: it is an octal number such as 0755");

    private static long Number(string key, string value) =>
        uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"invalid value {value} for {key}: it is a number, names are not looked up");

    private static long Bytes(string key, string value)
    {
        var digits = value.AsSpan().IndexOfAnyExcept("0123456789.") is var end and >= 0 ? end : value.Length;
        decimal unit = value[digits..].Trim().ToLowerInvariant() switch
        {
            "" or "b" => 1,
            "k" or "kb" or "kib" => 1L << 10,
            "m" or "mb" or "mib" => 1L << 20,
            "g" or "gb" or "gib" => 1L << 30,
            "t" or "tb" or "tib" => 1L << 40,
            _ => 0,
        };
        return unit > 0 && decimal.TryParse(value[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) &&
            number <= long.MaxValue / unit
            ? (long)(number * unit)
            : throw new FormatException($"invalid size: '{value}' for {key}");
    }

    private static FormatException Unexpected(string key, string? value) =>
        new($"unexpected key '{key}' in '{(value is null ? key : $"{key}={value}")}'" +
            Suggestion.Clause(key, ValueKeys.Concat(SwitchKeys).Concat(BareOptions.Where(option => option.Length > 1))));
}
