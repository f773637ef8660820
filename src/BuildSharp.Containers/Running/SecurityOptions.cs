namespace BuildSharp.Containers.Running;

/// <summary>The <c>--security-opt</c> values of a run, read.</summary>
public sealed record SecurityOptions
{
    /// <summary>A seccomp profile in containers' JSON form, <c>unconfined</c> for none, null for the built-in one.</summary>
    public string? Seccomp { get; init; }

    /// <summary>Name of a loaded AppArmor profile; null leaves the process unconfined by it.</summary>
    public string? Apparmor { get; init; }

    /// <summary>Paths hidden in addition to the usual ones.</summary>
    public IReadOnlyList<string> Mask { get; init; } = [];

    /// <summary>Usual paths, or patterns of them, that stay visible; <c>all</c> for every masked path.</summary>
    public IReadOnlyList<string> Unmask { get; init; } = [];

    /// <summary>Whether set-user-ID programs and file capabilities give nothing.</summary>
    public bool NoNewPrivileges { get; init; }

    /// <summary>Reads the values in order; a later one of the same kind wins, paths add up.</summary>
    /// <exception cref="FormatException">A value is malformed or of an unknown kind.</exception>
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
