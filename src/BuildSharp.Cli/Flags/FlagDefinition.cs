namespace BuildSharp.Cli.Flags;

/// <summary>Syntax of a flag's value.</summary>
internal enum FlagKind
{
    /// <summary><c>--name</c> or <c>--name=true|false</c>; never takes the following word.</summary>
    Bool,

    /// <summary>One text; the last occurrence wins.</summary>
    Text,

    /// <summary>A text with an optional value, which must follow <c>=</c>.</summary>
    OptionalText,

    /// <summary>One whole number; the last occurrence wins.</summary>
    Number,

    /// <summary>Repeatable; each occurrence is split at commas as a CSV record.</summary>
    CsvList,

    /// <summary>Repeatable and never split.</summary>
    List,

    /// <summary>Repeatable whole numbers, split at commas.</summary>
    NumberList,
}

/// <summary>Effect of giving a flag.</summary>
internal enum FlagSupport
{
    /// <summary>The verb implements it.</summary>
    Supported,

    /// <summary>Accepted without effect, because buildah accepts it without effect.</summary>
    Accepted,

    /// <summary>An error that names the flag, because ignoring it would change the result.</summary>
    Refused,
}

/// <summary>One flag of a verb. Parsing, help, completion and refusal all read this definition.</summary>
internal sealed record FlagDefinition(string Name, FlagKind Kind, string Help)
{
    /// <summary>One-letter form; null when there is none.</summary>
    public char? Shorthand { get; init; }

    /// <summary>Placeholder for the value in help.</summary>
    public string ValueName { get; init; } = Kind switch
    {
        FlagKind.Bool => "",
        FlagKind.Number => "number",
        FlagKind.CsvList or FlagKind.List or FlagKind.NumberList => "list",
        _ => "text",
    };

    /// <summary>Value when neither the command line nor <see cref="Variable"/> sets one; null means "not set".</summary>
    public string? Default { get; init; }

    /// <summary>For <see cref="FlagKind.OptionalText"/>: the value when the flag is given without one.</summary>
    public string BareValue { get; init; } = "true";

    /// <summary>Environment variable that supplies the default.</summary>
    public string? Variable { get; init; }

    /// <summary>Whether help omits the flag.</summary>
    public bool Hidden { get; init; }

    /// <summary>Other long names of the flag.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    public FlagSupport Support { get; init; }

    /// <summary>For a refused flag: the reason, which completes the message <c>--x is not supported yet: </c>.</summary>
    public string Reason { get; init; } = "";

    /// <summary>For a refused flag: values that ask for the only supported behaviour, and are accepted.</summary>
    public IReadOnlyList<string> HarmlessValues { get; init; } = [];

    /// <summary>Values that completion offers; empty when they are not a few words. <see cref="ValueName"/> then says which names fit.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>Whether the flag always takes a value, so that the next word belongs to it.</summary>
    public bool TakesWord => Kind is not (FlagKind.Bool or FlagKind.OptionalText);

    /// <summary>Whether later occurrences add to earlier ones instead of replacing them.</summary>
    public bool IsRepeatable => Kind is FlagKind.CsvList or FlagKind.List or FlagKind.NumberList;

    /// <summary>Form in messages: <c>-q, --quiet</c> or <c>--layers</c>.</summary>
    public string Spelling => Shorthand is { } letter ? $"-{letter}, --{Name}" : $"--{Name}";

    /// <summary>A copy that help omits.</summary>
    public FlagDefinition Hide() => this with { Hidden = true };

    /// <summary>A copy that is accepted without effect.</summary>
    public FlagDefinition Accept() => this with { Support = FlagSupport.Accepted };

    /// <summary>A copy that is refused unless its value is one of <paramref name="harmless"/>.</summary>
    public FlagDefinition Refuse(string reason, params string[] harmless) =>
        this with { Support = FlagSupport.Refused, Reason = reason, HarmlessValues = harmless };
}
