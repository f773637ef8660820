namespace BuildSharp.Cli.Flags;

/// <summary>How a flag's value is written and kept.</summary>
internal enum FlagKind
{
    /// <summary><c>--name</c> or <c>--name=true|false</c>; never takes the following word.</summary>
    Bool,

    /// <summary>One text; the last occurrence wins.</summary>
    Text,

    /// <summary>A text that may be left out; given, it must follow <c>=</c>.</summary>
    OptionalText,

    /// <summary>One whole number; the last occurrence wins.</summary>
    Number,

    /// <summary>Repeatable, and each occurrence is split at commas by CSV rules.</summary>
    CsvList,

    /// <summary>Repeatable and never split.</summary>
    List,

    /// <summary>Repeatable whole numbers, split at commas.</summary>
    NumberList,
}

/// <summary>What giving the flag does.</summary>
internal enum FlagSupport
{
    /// <summary>The verb acts on it.</summary>
    Supported,

    /// <summary>Accepted and without effect, because buildah takes it without effect.</summary>
    Accepted,

    /// <summary>Giving it is an error that names it: its meaning would be lost otherwise.</summary>
    Refused,
}

/// <summary>One row of a verb's flag table. Parsing, help, completion and refusal all read this row and nothing else.</summary>
internal sealed record FlagDefinition(string Name, FlagKind Kind, string Help)
{
    /// <summary>The one-letter form, or none.</summary>
    public char? Shorthand { get; init; }

    /// <summary>What stands for the value in help.</summary>
    public string ValueName { get; init; } = Kind switch
    {
        FlagKind.Bool => "",
        FlagKind.Number => "number",
        FlagKind.CsvList or FlagKind.List or FlagKind.NumberList => "list",
        _ => "text",
    };

    /// <summary>The value when neither the command line nor <see cref="Variable"/> gives one; <c>null</c> is "not set".</summary>
    public string? Default { get; init; }

    /// <summary>For <see cref="FlagKind.OptionalText"/>: the value of the bare flag.</summary>
    public string BareValue { get; init; } = "true";

    /// <summary>The environment variable that supplies the default.</summary>
    public string? Variable { get; init; }

    /// <summary>Accepted, but not listed in help.</summary>
    public bool Hidden { get; init; }

    /// <summary>Other long names for the same flag.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Whether giving it does something.</summary>
    public FlagSupport Support { get; init; }

    /// <summary>For a refused flag: why, in words that complete <c>--x is not supported yet: </c>.</summary>
    public string Reason { get; init; } = "";

    /// <summary>For a refused flag: values that ask for what happens anyway, and so pass.</summary>
    public IReadOnlyList<string> HarmlessValues { get; init; } = [];

    /// <summary>Whether the flag always takes a value, so that the word after it belongs to it.</summary>
    public bool TakesWord => Kind is not (FlagKind.Bool or FlagKind.OptionalText);

    /// <summary>Whether occurrences add up instead of replacing each other.</summary>
    public bool IsRepeatable => Kind is FlagKind.CsvList or FlagKind.List or FlagKind.NumberList;

    /// <summary>As messages spell it: <c>-q, --quiet</c> or <c>--layers</c>.</summary>
    public string Spelling => Shorthand is { } letter ? $"-{letter}, --{Name}" : $"--{Name}";

    /// <summary>The same flag, left out of help.</summary>
    public FlagDefinition Hide() => this with { Hidden = true };

    /// <summary>The same flag, accepted and without effect.</summary>
    public FlagDefinition Accept() => this with { Support = FlagSupport.Accepted };

    /// <summary>The same flag, refused unless its value is one of <paramref name="harmless"/>.</summary>
    public FlagDefinition Refuse(string reason, params string[] harmless) =>
        this with { Support = FlagSupport.Refused, Reason = reason, HarmlessValues = harmless };
}
