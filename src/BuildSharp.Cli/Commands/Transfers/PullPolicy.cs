using BuildSharp.Cli.Flags;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.Transfers;

/// <summary>When to pull an image although the store may have it (buildah-build(1), --pull).</summary>
internal enum PullPolicy
{
    Missing,
    Always,
    Newer,
    Never,
}

/// <summary>The flags for the pull policy.</summary>
internal static class PullPolicyFlags
{
    /// <summary>The flags of <c>from</c> and <c>bud</c>.</summary>
    public static IReadOnlyList<FlagDefinition> All { get; } =
    [
        Flag.OptionalText("pull", "when to fetch the image: missing, always, newer or never", "missing", "always") with { Values = ["missing", "always", "newer", "never"] },
        Flag.Bool("pull-always", "fetch the image in any case").Hide(),
        Flag.Bool("pull-never", "never fetch the image").Hide(),
    ];

    /// <summary>Reads the policy from the flags.</summary>
    /// <exception cref="BuildSharpException">Several pull flags are given, or the policy is unknown.</exception>
    public static PullPolicy Read(FlagValues flags)
    {
        if (new[] { "pull", "pull-always", "pull-never" }.Count(flags.IsSet) > 1)
        {
            throw new BuildSharpException("can only set one of 'pull' or 'pull-always' or 'pull-never'");
        }

        if (flags.Bool("pull-always"))
        {
            return PullPolicy.Always;
        }

        if (flags.Bool("pull-never"))
        {
            return PullPolicy.Never;
        }

        var word = flags.Text("pull")!;
        return word.ToLowerInvariant() switch
        {
            "missing" or "ifmissing" or "notpresent" => PullPolicy.Missing,
            "always" or "true" => PullPolicy.Always,
            "newer" or "ifnewer" => PullPolicy.Newer,
            "never" or "false" => PullPolicy.Never,
            _ => throw new BuildSharpException($"unrecognized pull policy {GoQuoting.Quote(word)}"),
        };
    }

    /// <summary>The policy of <c>pull --policy</c>, which accepts fewer words.</summary>
    /// <exception cref="BuildSharpException">The policy is unknown.</exception>
    public static PullPolicy ReadOfPull(string word) => word switch
    {
        "missing" => PullPolicy.Missing,
        "always" => PullPolicy.Always,
        "ifnewer" => PullPolicy.Newer,
        "never" => PullPolicy.Never,
        _ => throw new BuildSharpException($"unsupported pull policy {GoQuoting.Quote(word)}"),
    };
}
