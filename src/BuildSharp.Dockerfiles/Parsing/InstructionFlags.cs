namespace BuildSharp.Dockerfiles.Parsing;

/// <summary>The flags each instruction knows.</summary>
internal static class InstructionFlags
{
    private static readonly Dictionary<string, FlagKind> None = [];

    private static readonly Dictionary<string, FlagKind> From = new() { ["platform"] = FlagKind.Text, ["after"] = FlagKind.Text };

    private static readonly Dictionary<string, FlagKind> Run = new()
    {
        ["mount"] = FlagKind.List, ["network"] = FlagKind.Text, ["security"] = FlagKind.Text, ["device"] = FlagKind.List,
    };

    private static readonly Dictionary<string, FlagKind> Copy = new()
    {
        ["from"] = FlagKind.Text, ["chown"] = FlagKind.Text, ["chmod"] = FlagKind.Text, ["link"] = FlagKind.Switch,
        ["parents"] = FlagKind.Switch, ["exclude"] = FlagKind.List,
    };

    private static readonly Dictionary<string, FlagKind> Add = new()
    {
        ["chown"] = FlagKind.Text, ["chmod"] = FlagKind.Text, ["link"] = FlagKind.Switch, ["exclude"] = FlagKind.List,
        ["checksum"] = FlagKind.Text, ["keep-git-dir"] = FlagKind.Switch, ["unpack"] = FlagKind.Switch,
    };

    private static readonly Dictionary<string, FlagKind> Healthcheck = new()
    {
        ["interval"] = FlagKind.Text, ["timeout"] = FlagKind.Text, ["start-period"] = FlagKind.Text,
        ["start-interval"] = FlagKind.Text, ["retries"] = FlagKind.Text,
    };

    /// <summary>The flags of an instruction by its name in upper case, without dashes.</summary>
    public static IReadOnlyDictionary<string, FlagKind> Of(string instruction) => instruction switch
    {
        "FROM" => From,
        "RUN" => Run,
        "COPY" => Copy,
        "ADD" => Add,
        "HEALTHCHECK" => Healthcheck,
        _ => None,
    };
}
