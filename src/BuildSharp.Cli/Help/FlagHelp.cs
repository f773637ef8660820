using System.CommandLine;
using BuildSharp.Cli.Flags;

namespace BuildSharp.Cli.Help;

/// <summary>The <c>Flags:</c> block of a help text.</summary>
internal static class FlagHelp
{
    /// <summary>Description of a flag: its meaning, its default, and a note when it is refused.</summary>
    public static string Describe(FlagDefinition flag)
    {
        var text = flag.Help;
        if (flag.Default is { } value && value != "false")
        {
            text += flag.Kind is FlagKind.Bool or FlagKind.Number ? $" (default {value})" : $" (default \"{value}\")";
        }

        if (flag.Variable is { } name)
        {
            text += $" (default from ${name})";
        }

        return flag.Support == FlagSupport.Refused ? text + " (not supported yet)" : text;
    }

    /// <summary>Writes the visible options, sorted by name, with aligned descriptions.</summary>
    public static void Write(IEnumerable<Option> options, TextWriter output)
    {
        var rows = options.Where(option => !option.Hidden)
            .OrderBy(option => option.Name, StringComparer.Ordinal)
            .Select(option => (Name: Label(option), Text: option.Description ?? ""))
            .ToList();
        var width = rows.Max(row => row.Name.Length);
        output.WriteLine("Flags:");
        foreach (var (name, text) in rows)
        {
            output.WriteLine($"  {name.PadRight(width)}   {text}");
        }
    }

    private static string Label(Option option)
    {
        var letter = option.Aliases.FirstOrDefault(alias => alias.Length == 2);
        var label = letter is null ? $"    {option.Name}" : $"{letter}, {option.Name}";
        return string.IsNullOrEmpty(option.HelpName) ? label : $"{label} {option.HelpName}";
    }
}
