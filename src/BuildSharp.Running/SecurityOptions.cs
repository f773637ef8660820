namespace BuildSharp.Running;

/// <summary>Parsed values of <c>--security-opt</c>.</summary>
public sealed record SecurityOptions
{
    /// <summary>Path of a seccomp profile, <c>unconfined</c> for none, null for the built-in one.</summary>
    public string? Seccomp { get; init; }

    /// <summary>Name of a loaded AppArmor profile; null for none.</summary>
    public string? Apparmor { get; init; }

    /// <summary>Paths to mask in addition to the default ones.</summary>
    public IReadOnlyList<string> Mask { get; init; } = [];

    /// <summary>Paths or patterns of default masked paths to leave visible; <c>all</c> for all.</summary>
    public IReadOnlyList<string> Unmask { get; init; } = [];

    /// <summary>Whether to disable set-user-ID programs and file capabilities (no_new_privs).</summary>
    public bool NoNewPrivileges { get; init; }

    /// <summary>Parses the values in order; a later value replaces an earlier one of the same kind, paths accumulate.</summary>
    /// <exception cref="FormatException">A value is malformed or unknown.</exception>
    public static SecurityOptions Parse(IEnumerable<string> values)
    {
        var options = new SecurityOptions();
        foreach (var value in values)
        {
            if (value is "no-new-privileges" or "no-new-privileges=true" or "no-new-privileges:true")
            {
                options = options with { NoNewPrivileges = true };
                continue;
            }

            var equals = value.IndexOf('=');
            if (equals < 0)
            {
                throw new FormatException($"invalid --security-opt name=value pair: \"{value}\"");
            }

            var content = value[(equals + 1)..];
            options = value[..equals] switch
            {
                "seccomp" => options with { Seccomp = content },
                "apparmor" => options with { Apparmor = content == "unconfined" ? null : content },
                "mask" => options with { Mask = [.. options.Mask, .. content.Split(':', StringSplitOptions.RemoveEmptyEntries)] },
                "unmask" => options with { Unmask = [.. options.Unmask, .. content.Split(':', StringSplitOptions.RemoveEmptyEntries)] },
                "label" when content == "disable" => options,
                "label" => throw new FormatException($"--security-opt {value}: SELinux labels are not supported yet; label=disable is what happens"),
                "no-new-privileges" => options with { NoNewPrivileges = content is not "false" },
                _ => throw new FormatException($"invalid --security-opt 2: \"{value}\""),
            };
        }

        return options;
    }
}
