using BuildSharp.Notation;

namespace BuildSharp.Cli.Flags;

/// <summary>The flags of one command line, by long name, alias or letter. Of two with the same name the first wins, so a verb's own flags
/// precede the global ones.</summary>
internal sealed class FlagSet
{
    private readonly Dictionary<string, FlagDefinition> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<char, FlagDefinition> _byLetter = [];

    public FlagSet(IEnumerable<FlagDefinition> flags)
    {
        var all = new List<FlagDefinition>();
        foreach (var flag in flags)
        {
            if (!_byName.TryAdd(flag.Name, flag))
            {
                continue;
            }

            all.Add(flag);
            foreach (var alias in flag.Aliases)
            {
                _byName.TryAdd(alias, flag);
            }

            if (flag.Shorthand is { } letter)
            {
                _byLetter.TryAdd(letter, flag);
            }
        }

        All = all;
    }

    /// <summary>Each flag once, in table order.</summary>
    public IReadOnlyList<FlagDefinition> All { get; }

    /// <summary>The flag with that long name or alias; null when there is none.</summary>
    public FlagDefinition? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary><c> (did you mean --X?)</c> for an unknown name: the only flag with that prefix, or the most similar one; empty when there
    /// is none. Hidden flags are not suggested.</summary>
    public string SuggestionFor(string name)
    {
        string[] names = [.. All.Where(flag => !flag.Hidden).SelectMany(flag => flag.Aliases.Prepend(flag.Name))];
        string[] longer = name.Length < 3 ? [] : [.. names.Where(known => known.StartsWith(name, StringComparison.Ordinal))];
        return Suggestion.Clause(name, names, "--") is { Length: > 0 } clause ? clause : longer is [var only] ? $" (did you mean --{only}?)" : "";
    }

    /// <summary>The flag with that letter; null when there is none.</summary>
    public FlagDefinition? Find(char letter) => _byLetter.GetValueOrDefault(letter);
}
