namespace BuildSharp.Dockerfiles.Parsing;

/// <summary>The flags of each instruction.</summary>
internal static class InstructionFlags
{
    private static readonly Dictionary<string, FlagKind> None = [];

    private static readonly Dictionary<string, FlagKind> From = new() { ["platform"] = FlagKind.Text, ["after"] = FlagKind.Text };

    private static readonly Dictionary<string, FlagKind> Run = new()
    {
        ["mount"] = FlagKind.List,
        ["network"] = FlagKind.Text,
        ["security"] = FlagKind.Text,
        ["device"] = FlagKind.List,
    };

    private static readonly Dictionary<string, FlagKind> Copy = new()
    {
        ["from"] = FlagKind.Text,
        ["chown"] = FlagKind.Text,
        ["chmod"] = FlagKind.Text,
        ["link"] = FlagKind.Switch,
        ["parents"] = FlagKind.Switch,
        ["exclude"] = FlagKind.List,
    };

    private static readonly Dictionary<string, FlagKind> Add = new()
    {
        ["chown"] = FlagKind.Text,
        ["chmod"] = FlagKind.Text,
        ["link"] = FlagKind.Switch,
        ["exclude"] = FlagKind.List,
        ["checksum"] = FlagKind.Text,
        ["keep-git-dir"] = FlagKind.Switch,
        ["unpack"] = FlagKind.Switch,
    };

    private static readonly Dictionary<string, FlagKind> Healthcheck = new()
    {
        ["interval"] = FlagKind.Text,
        ["timeout"] = FlagKind.Text,
        ["start-period"] = FlagKind.Text,
        ["start-interval"] = FlagKind.Text,
        ["retries"] = FlagKind.Text,
    };

    /// <summary>Flags without dashes, by the instruction's name in upper case.</summary>
    public static IReadOnlyDictionary<string, FlagKind> Of(string instruction) => instruction switch
    {
        "FROM" => From,
        "RUN" => Run,
        "COPY" => Copy,
        "ADD" => Add,
        "HEALTHCHECK" => Healthcheck,
        _ => None,
    };

    /// <summary>Hint for an unknown flag: the flags that the instruction accepts. The text up to "flags" is buildah's, because scripts
    /// search for it.</summary>
    public static string Allowed(string instruction) => instruction switch
    {
        "FROM" => "FROM only supports the --platform and --after flags.",
        "RUN" => "RUN only supports the --mount and --network flag, and BuildKit's --security and --device.",
        "COPY" => "COPY only supports the --chmod=<permissions>, --chown=<uid:gid>, --from=<image|stage>, --link, --parents, and --exclude=<pattern> flags.",
        "ADD" => "ADD only supports the --chmod=<permissions>, --chown=<uid:gid>, --checksum=<checksum>, --link, --keep-git-dir, and --exclude=<pattern> flags, and BuildKit's --unpack.",
        _ => Of(instruction) is { Count: > 0 } known
            ? $"{instruction} takes {string.Join(", ", known.Keys.Select(name => "--" + name))}."
            : $"{instruction} takes no flags.",
    };

    /// <summary>Hint for a flag without its value; for COPY and ADD with buildah's text.</summary>
    public static IReadOnlyList<string> WithValue(string instruction, string name, FlagKind kind) => (instruction, kind) switch
    {
        (_, FlagKind.Switch) => [$"Write --{name}=true."],
        ("COPY", _) =>
        [
            $"Write --{name}=value.",
            "With a value COPY only supports the --chmod=<permissions> --chown=<uid:gid> --from=<image|stage> and the --exclude=<pattern> flags.",
        ],
        ("ADD", _) =>
        [
            $"Write --{name}=value.",
            "With a value ADD only supports the --chmod=<permissions>, --chown=<uid:gid>, and --checksum=<checksum> --exclude=<pattern> flags.",
        ],
        _ => [$"Write --{name}=value."],
    };
}
