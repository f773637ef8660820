namespace BuildSharp.Cli.Flags;

/// <summary>Short forms for the rows of flag tables.</summary>
internal static class Flag
{
    public static FlagDefinition Bool(string name, string help, char? shorthand = null, bool on = false, string? variable = null) =>
        new(name, FlagKind.Bool, help) { Shorthand = shorthand, Default = on ? "true" : "false", Variable = variable };

    public static FlagDefinition Text(
        string name, string help, char? shorthand = null, string? standard = null, string? variable = null, string value = "text") =>
        new(name, FlagKind.Text, help) { Shorthand = shorthand, Default = standard, Variable = variable, ValueName = value };

    public static FlagDefinition OptionalText(string name, string help, string standard, string bare) =>
        new(name, FlagKind.OptionalText, help) { Default = standard, BareValue = bare };

    public static FlagDefinition Number(string name, string help, char? shorthand = null, string? standard = null, string? variable = null) =>
        new(name, FlagKind.Number, help) { Shorthand = shorthand, Default = standard, Variable = variable };

    public static FlagDefinition CsvList(string name, string help, char? shorthand = null, string? variable = null, string value = "list") =>
        new(name, FlagKind.CsvList, help) { Shorthand = shorthand, Variable = variable, ValueName = value };

    public static FlagDefinition List(string name, string help, char? shorthand = null, string value = "text") =>
        new(name, FlagKind.List, help) { Shorthand = shorthand, ValueName = value };

    public static FlagDefinition Numbers(string name, string help) => new(name, FlagKind.NumberList, help) { ValueName = "numbers" };
}
